"""What a session asked, and all that the driver tells of the answers, a line each."""

FIELDS = ["sqlstate", "severity", "message_primary", "message_detail", "message_hint", "context",
          "statement_position", "constraint_name", "table_name"]


def line(*parts):
    print(" | ".join(str(part) for part in parts), flush=True)


def said(diagnostics):
    return {field: value for field in FIELDS if (value := getattr(diagnostics, field)) is not None}


def result(cursor):
    """All results of a cursor, one after the other."""
    while True:
        rows = cursor.fetchall() if cursor.description else None
        columns = [(column.name, column.type_code) for column in cursor.description or []]
        line("", cursor.statusmessage, cursor.rowcount, columns, rows)
        if not cursor.nextset():
            return


class Expected:
    """Errors that stand in the transcript as any answer does."""

    def __init__(self, errors):
        self.errors = errors

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None or not issubclass(kind, self.errors):
            return False
        line("", kind.__name__, said(error.diag) if getattr(error, "diag", None) else str(error))
        return True
