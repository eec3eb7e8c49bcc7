"""What `salesnerd doctor` tries, a module for each part of the machine. Nothing here changes anything that stays."""
