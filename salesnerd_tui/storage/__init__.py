"""Storage of calls in TinyDB, made durable: a note shown as saved survives a kill, a power cut and a full disk.

The folder of calls: `call_store` creates, opens and lists calls, `search` searches them, and `forget` deletes calls,
names and transcripts.
One call: `call_writer` is an open call and the thread that saves it; `journal` appends changes and merges them;
`call_files` names the files, defines their formats and reads them in any state; `migrations` converts older formats;
`summary` makes events and a line of the list from what was read.
Beside the calls: `settings` are the user's, `vault_notes` writes Markdown notes into the user's own folder.
Below all: `disk` does every file operation and every lock, `errors` has the results and the messages for the user.
"""
