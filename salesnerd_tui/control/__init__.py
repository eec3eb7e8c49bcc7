"""Control of the running call from outside: a local socket that takes one line of JSON and answers with one.

`salesnerd send`, `status` and `strip` are its clients. `protocol` and `client` run for every press of a pedal, so they
import almost nothing; `server` is the call's side.
"""
