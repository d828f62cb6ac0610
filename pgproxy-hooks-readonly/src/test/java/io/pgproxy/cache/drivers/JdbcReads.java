package io.pgproxy.cache.drivers;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.List;
import org.postgresql.util.PSQLException;

/**
 * pgjdbc, with options for how it speaks.
 *
 * @param options connection properties as {@code name=value}
 */
record JdbcReads(List<String> options) implements Reads {
    /** More often than the default threshold behind which statements have names. */
    private static final int OFTEN = 7;

    private static final List<String> TEXTS = List.of(Content.ODD, Content.NO_COLUMNS, "", Content.ODD);

    static JdbcReads with(String... options) {
        return new JdbcReads(List.of(options));
    }

    @Override
    public void run(Place place) throws Exception {
        try (Connection connection = place.connect(options.toArray(String[]::new))) {
            statements(connection);
            prepared(connection, !options.contains("preferQueryMode=simple"));
            parameters(connection);
            errors(connection);
            connection.setAutoCommit(false);
            inBlock(connection);
            inPortions(connection);
        }
    }

    private static void statements(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String text : Content.PLAIN) {
                read(statement, text);
            }
            for (String text : TEXTS) {
                read(statement, text);
            }
            // One message each in the extended protocol, one for all in the simple one.
            read(statement, "select 1; " + Content.NULLS + "; " + Content.NEVER_KEPT + "; table many");
            statement.setMaxRows(3);
            read(statement, Content.MANY);
            statement.setMaxRows(50);
            read(statement, Content.MANY);
        }
    }

    private static void prepared(Connection connection, boolean describes) throws SQLException {
        try (PreparedStatement kinds = connection.prepareStatement("select * from kinds where id = ?");
                PreparedStatement many = connection.prepareStatement(Content.MANY);
                PreparedStatement wide = connection.prepareStatement(Content.WIDE)) {
            if (describes) { // the simple protocol has nothing for it
                mayFail(kinds::getMetaData);
            }
            for (int i = 0; i < OFTEN * 2; i++) {
                kinds.setInt(1, 1 + i % 4);
                drain(kinds, kinds.execute());
                drain(many, many.execute());
                drain(wide, i % 5 == 0 && wide.execute());
            }
            kinds.setNull(1, Types.INTEGER);
            drain(kinds, kinds.execute());
        }
    }

    private static void parameters(Connection connection) throws SQLException {
        try (PreparedStatement by = connection.prepareStatement("""
                select id, num, tz, bin, ints, jb from kinds
                where num > ? and tz >= ? and bin <> ? and id = any(?) and txt like ? and jb <> ?::jsonb""")) {
            for (int i = 0; i < OFTEN; i++) {
                by.setBigDecimal(1, new BigDecimal("0.5"));
                by.setTimestamp(2, new Timestamp(0));
                by.setBytes(3, new byte[] {1, 0, 2});
                by.setArray(4, connection.createArrayOf("int4", new Object[] {1, 2, 3}));
                by.setString(5, "a%");
                by.setString(6, "{}");
                drain(by, by.execute());
            }
        }
    }

    private static void errors(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            read(statement, Content.ERROR);
            read(statement, Content.KINDS);
            read(statement, Content.KINDS + "; " + Content.ERROR + "; " + Content.MANY);
            read(statement, Content.MANY);
        }
    }

    private static void inBlock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            read(statement, Content.KINDS); // in one message with BEGIN
            read(statement, Content.MANY);
            read(statement, Content.NEVER_KEPT);
            read(statement, Content.EMPTY);
            connection.commit();
            read(statement, Content.WRITE); // and what follows is not served
            read(statement, Content.MANY);
            connection.rollback();
            read(statement, Content.MANY);
            read(statement, Content.ERROR);
            read(statement, Content.MANY);
            connection.rollback();
        }
    }

    private static void inPortions(Connection connection) throws SQLException {
        try (PreparedStatement many =
                connection.prepareStatement("select id, txt from many where id <> ? order by id")) {
            for (int size : List.of(7, 10, 100, 7, 49, 7)) {
                many.setFetchSize(size);
                many.setInt(1, 50);
                drain(many, many.execute());
            }
            for (int i = 0; i < 2; i++) { // two at a time, the first left before its end
                many.setFetchSize(5);
                ResultSet first = many.executeQuery();
                first.next();
                try (Statement other = connection.createStatement()) {
                    other.setFetchSize(20);
                    drain(other, other.execute(Content.MANY));
                }
                first.next();
                first.close();
                connection.commit();
            }
        }
    }

    private static void read(Statement statement, String sql) throws SQLException {
        mayFail(() -> drain(statement, statement.execute(sql)));
    }

    /** An error of the server is an answer like another; those of the driver's own are not. */
    private static void mayFail(Work work) throws SQLException {
        try {
            work.run();
        } catch (PSQLException error) {
            if (error.getServerErrorMessage() == null) {
                throw error;
            }
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static void drain(Statement statement, boolean rows) throws SQLException {
        for (boolean more = rows; more || statement.getUpdateCount() >= 0; more = statement.getMoreResults()) {
            try (ResultSet result = more ? statement.getResultSet() : null) {
                while (result != null && result.next()) {
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        result.getObject(i);
                    }
                }
            }
        }
    }

    /** It closes statements and portals that the garbage collector has found. */
    @Override
    public boolean closesAtAnyTime() {
        return true;
    }

    @Override
    public String toString() {
        return String.join(" ", options);
    }
}
