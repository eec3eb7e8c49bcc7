"""How an account buys, on a screen; and where the board is kept."""
