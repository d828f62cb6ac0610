package io.pgproxy.core.pool.workload;

import io.pgproxy.core.clients.Place;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** pgjdbc. */
final class JdbcClient implements Client {
    private final Connection connection;
    private final boolean savesItself;

    private JdbcClient(Connection connection, boolean savesItself) {
        this.connection = connection;
        this.savesItself = savesItself;
    }

    /** Connects; {@code options} are names and values of connection properties. */
    static JdbcClient at(Place place, String... options) throws SQLException {
        return new JdbcClient(place.connect(options), List.of(options).contains("autosave"));
    }

    @Override
    public List<List<String>> ask(String sql, String... parameters) throws Exception {
        return told(() -> {
            if (parameters.length == 0) {
                try (Statement statement = connection.createStatement()) {
                    return statement.execute(sql) ? rows(statement.getResultSet()) : List.of();
                }
            }
            try (PreparedStatement statement = prepared(sql)) {
                bind(statement, List.of(parameters));
                return statement.execute() ? rows(statement.getResultSet()) : List.of();
            }
        });
    }

    @Override
    public void begin() throws Exception {
        told(() -> {
            connection.setAutoCommit(false);
            return null;
        });
    }

    @Override
    public void commit() throws Exception {
        told(() -> {
            connection.commit();
            connection.setAutoCommit(true);
            return null;
        });
    }

    @Override
    public void rollback() throws Exception {
        told(() -> {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            return null;
        });
    }

    @Override
    public boolean errorsEndTransactions() {
        return !savesItself;
    }

    @Override
    public void askForEach(String sql, List<List<String>> parameters) throws Exception {
        told(() -> {
            try (PreparedStatement statement = prepared(sql)) {
                for (List<String> one : parameters) {
                    bind(statement, one);
                    statement.addBatch();
                }
                return statement.executeBatch();
            }
        });
    }

    @Override
    public List<List<String>> askInPortions(int size, String sql, String... parameters) throws Exception {
        return told(() -> {
            try (PreparedStatement statement = prepared(sql)) {
                statement.setFetchSize(size);
                bind(statement, List.of(parameters));
                return rows(statement.executeQuery());
            }
        });
    }

    @Override
    public void copyIn(String sql, String lines) throws Exception {
        told(() -> connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(lines)));
    }

    @Override
    public String copyOut(String sql) throws Exception {
        return told(() -> {
            StringWriter lines = new StringWriter();
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, lines);
            return lines.toString();
        });
    }

    /** Asks for the end of what runs now, as another thread would. */
    void cancel() throws SQLException {
        connection.unwrap(PGConnection.class).cancelQuery();
    }

    @Override
    public void abort() throws SQLException {
        connection.abort(Runnable::run);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        return connection.prepareStatement(sql.replaceAll("\\$\\d", "?"));
    }

    private static void bind(PreparedStatement statement, List<String> parameters) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            statement.setString(i + 1, parameters.get(i));
        }
    }

    private static List<List<String>> rows(ResultSet result) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                row.add(result.getString(i));
            }
            rows.add(row);
        }
        return rows;
    }

    /** Takes apart errors of the server, and those that the driver has about its connection. */
    private static <T> T told(Talk<T> talk) throws Exception {
        try {
            return talk.talk();
        } catch (SQLException e) {
            SQLException first =
                    e instanceof BatchUpdateException && e.getNextException() != null ? e.getNextException() : e;
            ServerErrorMessage message =
                    first instanceof PSQLException fromServer ? fromServer.getServerErrorMessage() : null;
            if (message == null) {
                throw e;
            }
            Refused refused = new Refused(message.getSQLState(), message.getMessage(), message.getDetail());
            refused.initCause(e);
            throw refused;
        }
    }

    /** What may be refused. */
    @FunctionalInterface
    private interface Talk<T> {
        T talk() throws SQLException, java.io.IOException;
    }
}
