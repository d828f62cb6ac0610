package io.pgproxy.cache;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** Changes what tables and views are, while they are read. */
final class Definitions {
    private final World world;
    private final Connection connection;
    private final Random random;

    Definitions(World world, Connection connection, Random random) {
        this.world = world;
        this.connection = connection;
        this.random = random;
    }

    void step() throws SQLException {
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> refresh();
            case 3 -> switchView();
            case 4 -> remake();
            default -> alter();
        }
    }

    /** One at a time: each has its snapshot before it has the lock, so that another could put older rows there. */
    private void refresh() throws SQLException {
        synchronized (world) {
            long floor = world.ledger("plain").floor();
            run("REFRESH MATERIALIZED VIEW public.stored");
            world.committed("stored", floor);
        }
    }

    private void switchView() throws SQLException {
        synchronized (world) {
            long next = world.generation.incrementAndGet();
            run("CREATE OR REPLACE VIEW public.switched AS SELECT slot, v, tag, '" + next
                    + "'::text AS generation FROM public." + (next % 2 == 0 ? "plain" : "part"));
            world.generationFloor.accumulateAndGet(next, Math::max);
        }
    }

    private void alter() throws SQLException {
        String column = "more_" + world.newTag();
        run("ALTER TABLE public.cleared ADD COLUMN " + column + " int");
        run("ALTER TABLE public.cleared DROP COLUMN " + column);
    }

    /** Another table of the same name. */
    private void remake() throws SQLException {
        String tag = world.newTag();
        connection.setAutoCommit(false);
        try {
            run("LOCK TABLE public.remade");
            run("ALTER TABLE public.remade RENAME TO before");
            run("CREATE TABLE public.remade AS SELECT id, slot, v + 1 AS v, '" + tag + "' AS tag FROM public.before");
            run("ALTER TABLE public.remade ADD PRIMARY KEY (id)");
            run("GRANT ALL ON public.remade TO PUBLIC");
            run("DROP TABLE public.before");
            long version;
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT v FROM public.remade")) {
                row.next();
                version = row.getLong(1);
            }
            world.mayCommit("remade", tag);
            connection.commit();
            world.committed("remade", version);
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
