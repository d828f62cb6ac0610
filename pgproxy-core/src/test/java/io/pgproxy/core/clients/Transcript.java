package io.pgproxy.core.clients;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** All that a client got to see, as text. For one thread. */
final class Transcript {
    private final StringBuilder text = new StringBuilder();

    /** A line of its own. */
    void say(@Nullable Object line) {
        text.append(line).append('\n');
    }

    /** A value under a name. */
    void say(String name, @Nullable Object value) {
        say(name + ": " + value);
    }

    /** A result to its end: the columns with their types, then the rows. */
    void rows(ResultSet result) throws SQLException {
        var columns = result.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            text.append(columns.getColumnLabel(i))
                    .append(' ')
                    .append(columns.getColumnTypeName(i))
                    .append('|');
        }
        text.append('\n');
        while (result.next()) {
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                text.append(value(result, columns.getColumnTypeName(i), i)).append('|');
            }
            text.append('\n');
        }
    }

    /** As text, also where it came in binary: of bytes the driver would show the array's identity. */
    private static @Nullable String value(ResultSet result, String type, int column) throws SQLException {
        if (type.equals("bytea")) {
            byte[] bytes = result.getBytes(column);
            return bytes == null ? null : HexFormat.of().formatHex(bytes);
        }
        return result.getString(column);
    }

    /** An error with all that the server said about it. */
    void error(SQLException error) {
        if (error instanceof PSQLException fromServer && fromServer.getServerErrorMessage() != null) {
            ServerErrorMessage message = fromServer.getServerErrorMessage();
            say(message.getSeverity() + " " + message.getSQLState() + " " + message + " position "
                    + message.getPosition() + " in " + message.getRoutine());
        } else {
            say(error.getSQLState() + " " + error.getMessage());
        }
    }

    /** Notices, the first and those behind it. */
    void warnings(@Nullable SQLWarning first) {
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            say("warning " + warning.getSQLState() + " " + warning.getMessage());
        }
    }

    /** Does what has to fail, and notes how. */
    void refused(Attempt attempt) throws Exception {
        try {
            attempt.run();
        } catch (SQLException error) {
            error(error);
            return;
        }
        say("no error");
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Attempt {
        void run() throws Exception;
    }
}
