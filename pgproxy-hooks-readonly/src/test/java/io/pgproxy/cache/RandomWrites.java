package io.pgproxy.cache;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import org.postgresql.PGConnection;

/** Raises the version of a row, in one of the many ways that there are. */
final class RandomWrites {
    private final World world;
    private final Connection connection;
    private final Random random;

    RandomWrites(World world, Connection connection, Random random) {
        this.world = world;
        this.connection = connection;
        this.random = random;
    }

    /** By a statement that commits by itself. */
    void alone(Target target) throws SQLException {
        String tag = world.newTag();
        world.mayCommit(target.slot(), tag);
        int way = random.nextInt(10) > 0 ? random.nextInt(3, 40) : random.nextInt(40);
        long version = switch (way) {
            case 0 -> number("SELECT public.raise('" + target.table() + "', " + target.id() + ", '" + tag + "')");
            case 1 -> call(target, tag);
            case 2 -> unseen(target, tag);
            default -> update(target, tag, way);
        };
        if (version > 0) {
            world.committed(target.slot(), version);
        }
    }

    /** In a transaction that is open. Zero if the version is not known. */
    long within(Target target, String tag) throws SQLException {
        return switch (random.nextInt(5)) {
            case 0 -> replace(target, tag);
            case 1 -> merge(target, tag);
            default -> update(target, tag, random.nextInt(3, 40));
        };
    }

    private long update(Target target, String tag, int way) throws SQLException {
        String table = target.tables().get(random.nextInt(target.tables().size()));
        String row = " WHERE id = " + target.id();
        if (way < 10) {
            return number("WITH made AS (UPDATE " + table + " SET v = v + 1, tag = '" + tag + "'" + row
                    + " RETURNING v) SELECT v FROM made");
        }
        if (way < 16 && !target.isSecret()) {
            return number("INSERT INTO " + target.table() + " AS t (id, slot, v, tag) VALUES (" + target.id() + ", '"
                    + target.slot() + "', 1, '" + tag + "') ON CONFLICT (id) DO UPDATE SET v = t.v + 1, tag = '" + tag
                    + "' RETURNING v");
        }
        if (way < 28) {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE " + table + " SET v = v + 1, tag = ? WHERE id = ? RETURNING v")) {
                update.setString(1, tag);
                update.setInt(2, target.id());
                try (ResultSet made = update.executeQuery()) {
                    return made.next() ? made.getLong(1) : 0;
                }
            }
        }
        return number("UPDATE " + table + " SET v = v + 1, tag = '" + tag + "'" + row + " RETURNING v");
    }

    private long merge(Target target, String tag) throws SQLException {
        run("MERGE INTO " + target.table() + " t USING (SELECT 1) s ON t.id = " + target.id()
                + " WHEN MATCHED THEN UPDATE SET v = t.v + 1, tag = '" + tag + "'");
        return number("SELECT v FROM " + target.table() + " WHERE id = " + target.id() + " AND tag = '" + tag + "'");
    }

    /** Takes the row away and puts another there. */
    private long replace(Target target, String tag) throws SQLException {
        if (target.isSecret()
                || target.slot().equals("key")
                || target.slot().equals("plain")
                || target.slot().equals("noted")) {
            return update(target, tag, 39);
        }
        String table = target.table();
        long before = number("SELECT v FROM " + table + " WHERE id = " + target.id() + " FOR UPDATE");
        if (before == 0) {
            return update(target, tag, 39); // another has replaced the row meanwhile: its own is in no snapshot of ours
        }
        long version = before + 1;
        run(target.slot().equals("cleared") ? "TRUNCATE " + table : "DELETE FROM " + table);
        String row = target.id() + "\t" + target.slot() + "\t" + version + "\t" + tag + "\n";
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY " + table + " (id, slot, v, tag) FROM STDIN", new StringReader(row));
        } catch (IOException e) {
            throw new SQLException(e);
        }
        return version;
    }

    private long call(Target target, String tag) throws SQLException {
        return number("CALL public.raising('" + target.table() + "', " + target.id() + ", '" + tag + "', NULL)");
    }

    private long unseen(Target target, String tag) throws SQLException {
        run("DO $$BEGIN PERFORM public.raise('" + target.table() + "', " + target.id() + ", '" + tag + "'); END$$");
        return 0;
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
