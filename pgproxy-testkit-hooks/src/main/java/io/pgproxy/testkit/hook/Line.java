package io.pgproxy.testkit.hook;

import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.CopyData;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.NoticeResponse;
import io.pgproxy.protocol.message.backend.ParameterDescription;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.message.backend.RowDescription;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A message to the client as a line for people: its name, and what matters in it. */
final class Line {
    private Line() {}

    static String of(BackendMessage message) {
        String name = message.getClass().getSimpleName();
        String content = content(message);
        return content.isEmpty() ? name : name + " " + content;
    }

    private static String content(BackendMessage message) {
        if (message instanceof DataRow row) {
            return row.values().stream().map(Line::value).collect(Collectors.joining(", "));
        } else if (message instanceof RowDescription description) {
            return description.columns().stream().map(Column::name).collect(Collectors.joining(", "));
        } else if (message instanceof CommandComplete complete) {
            return complete.commandTag();
        } else if (message instanceof ReadyForQuery ready) {
            return String.valueOf((char) ready.status().code());
        } else if (message instanceof ErrorResponse response) {
            return error(response.error());
        } else if (message instanceof NoticeResponse response) {
            return response.notice().message();
        } else if (message instanceof ParameterStatus status) {
            return status.name() + " " + status.value();
        } else if (message instanceof ParameterDescription description) {
            return description.typeOids().stream().map(String::valueOf).collect(Collectors.joining(", "));
        } else if (message instanceof CopyData copy) {
            return copy.data().text();
        }
        return "";
    }

    private static String value(@Nullable Bytes value) {
        return value == null ? "NULL" : value.text();
    }

    private static String error(PgError error) {
        String line = error.sqlState() + " " + error.message();
        return error.isFatal() ? error.severity() + " " + line : line;
    }
}
