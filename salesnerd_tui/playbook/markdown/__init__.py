"""Import of Markdown documents: a question list, a scorecard or a checklist becomes a playbook.

Start at `importer.import_document`. Only `salesnerd playbook import` loads this package, because the Markdown parser
would cost every other command its start-up time.
"""
