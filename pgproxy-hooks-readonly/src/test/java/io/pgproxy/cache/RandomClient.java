package io.pgproxy.cache;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;

/** A session that reads, writes, and changes what it is, at random. On one thread. */
final class RandomClient implements Client {
    private static final int CANCELLED_ONE_IN = 100;

    private final World world;
    private final Cancels cancels;
    private final Troubles troubles;
    private final Connection connection;
    private final Random random;
    private final Asker asker;
    private final RandomWrites writes;
    private final String login;
    private final String name;
    private final Definitions definitions;
    private Persona persona;

    RandomClient(Place place, Connection connection, Random random, String login, String name) throws SQLException {
        this.world = place.world();
        this.cancels = place.cancels();
        this.troubles = place.troubles();
        this.connection = connection;
        this.random = random;
        this.login = login;
        this.name = name;
        this.asker = new Asker(world, connection, random, name);
        this.writes = new RandomWrites(world, connection, random);
        this.definitions = new Definitions(world, connection, random);
        this.persona = new Persona(login, "s1", "UTC");
        run("SET search_path = s1, public");
        run("SET TimeZone = 'UTC'");
    }

    @Override
    public boolean step() throws SQLException {
        if (random.nextInt(CANCELLED_ONE_IN) == 0) {
            cancelled();
        } else {
            act();
        }
        return true;
    }

    /** Does something that is cancelled, maybe before it begins or when it has ended, and goes on as if nothing was. */
    private void cancelled() throws SQLException {
        PGConnection driver = connection.unwrap(PGConnection.class);
        Future<?> sent = cancels.soon(random, () -> {
            driver.cancelQuery();
            return null;
        });
        SQLException failure = null;
        try {
            switch (random.nextInt(4)) {
                case 0 -> act();
                case 1 -> writes.alone(target());
                default -> asker.ask(Question.SLOW, persona);
            }
        } catch (SQLException e) {
            failure = e;
        }
        Cancels.await(sent);
        try {
            run(Cancels.LAST);
        } catch (SQLException e) {
            failure = failure == null ? e : failure;
        }
        if (failure != null && !Troubles.CANCELLED.equals(failure.getSQLState())) {
            throw failure;
        } else if (failure != null) {
            troubles.cancelled.incrementAndGet();
        }
    }

    private void act() throws SQLException {
        int what = random.nextInt(1000);
        if (what < 945) {
            // Whoever asks what another is about to have cancelled may wait for that one's answer.
            boolean follows = cancels.areUnderWay() && random.nextBoolean();
            asker.ask(follows ? Question.SLOW : question(), persona);
        } else if (what < 970) {
            writes.alone(target());
        } else if (what < 990) {
            block();
        } else if (what < 998) {
            become();
        } else if (isMaster() && random.nextInt(5) == 0) {
            definitions.step();
        }
    }

    private boolean isMaster() {
        return !persona.user().equals("alice") && !persona.user().equals("bob");
    }

    private Question question() {
        return Question.ALL.get(random.nextInt(Question.ALL.size()));
    }

    private Target target() {
        while (true) {
            Target target = Target.ALL.get(random.nextInt(Target.ALL.size()));
            if (!target.isSecret() || persona.sees(target.slot())) {
                return target;
            }
        }
    }

    private void become() throws SQLException {
        switch (random.nextInt(6)) {
            case 0 -> {
                String path = random.nextBoolean() ? "s1" : "s2";
                run("SET search_path = " + path + ", public");
                persona = persona.in(path);
            }
            case 1 -> {
                String path = random.nextBoolean() ? "s1" : "s2";
                run("SELECT set_config('search_path', '" + path + ", public', false)");
                persona = persona.in(path);
            }
            case 2, 3 -> {
                String zone = Persona.ZONES.get(random.nextInt(Persona.ZONES.size()));
                run("SET TIME ZONE '" + zone + "'");
                persona = persona.at(zone);
            }
            default -> {
                if (!login.equals("alice") && !login.equals("bob")) {
                    actAs(List.of("alice", "bob", "none").get(random.nextInt(3)));
                }
            }
        }
    }

    private void actAs(String role) throws SQLException {
        run("SET ROLE " + role);
        persona = persona.as(role.equals("none") ? login : role);
    }

    /** A transaction of several statements, which ends in one way or another. */
    private void block() throws SQLException {
        int level = List.of(
                        Connection.TRANSACTION_READ_COMMITTED,
                        Connection.TRANSACTION_READ_COMMITTED,
                        Connection.TRANSACTION_REPEATABLE_READ,
                        Connection.TRANSACTION_SERIALIZABLE)
                .get(random.nextInt(4));
        connection.setTransactionIsolation(level);
        connection.setAutoCommit(false);
        try {
            new Block(level == Connection.TRANSACTION_READ_COMMITTED).run();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
    }

    /** What is known within a transaction. */
    private final class Block {
        private final boolean readCommitted;
        private final String tag = world.newTag();
        private final Map<String, Long> own = new HashMap<>();
        private final Map<String, Row> seen = new HashMap<>();

        Block(boolean readCommitted) {
            this.readCommitted = readCommitted;
        }

        void run() throws SQLException {
            List<Target> written = new ArrayList<>();
            Map<String, Long> versions = new HashMap<>();
            Map<String, Long> first = world.floors();
            int most = random.nextInt(1, 6);
            for (int i = 0; i < most; i++) {
                if (random.nextInt(3) > 0) {
                    read(first, written);
                } else {
                    write(written, versions);
                }
            }
            end(written, versions);
        }

        private void read(Map<String, Long> first, List<Target> written) throws SQLException {
            Question question = written.isEmpty() || random.nextBoolean()
                    ? question()
                    : Question.about(written.get(written.size() - 1), random);
            if (readCommitted && own.isEmpty()) {
                asker.ask(question, persona);
                return;
            }
            for (Row row : asker.rows(question)) {
                if (own.containsKey(row.slot())) {
                    if (row.version() != own.get(row.slot())) {
                        world.fault("not its own: " + row + " instead of " + own + "; " + name + " " + question.sql());
                    }
                } else if (!row.tag().equals(tag) && row.version() < first.getOrDefault(row.slot(), 0L)) {
                    world.fault("superseded in a block: " + row + "; " + name + " " + question.sql());
                } else if (!readCommitted && own.isEmpty()) {
                    repeatable(row, question);
                }
            }
        }

        private void repeatable(Row row, Question question) {
            Row before = seen.putIfAbsent(row.slot(), row);
            if (before != null && before.version() != row.version()) {
                world.fault("not repeatable: " + row + " after " + before + "; " + name + " " + question.sql());
            }
        }

        private void write(List<Target> written, Map<String, Long> versions) throws SQLException {
            Target target = target();
            Savepoint savepoint = random.nextInt(4) == 0 ? connection.setSavepoint() : null;
            long version = writes.within(target, tag);
            if (savepoint != null) {
                connection.rollback(savepoint);
            } else {
                written.add(target);
                if (version > 0) {
                    versions.put(target.slot(), version);
                    own.put(target.slot(), version);
                }
            }
        }

        private void end(List<Target> written, Map<String, Long> versions) throws SQLException {
            if (random.nextInt(4) == 0) {
                connection.rollback();
                return;
            }
            written.forEach(target -> world.mayCommit(target.slot(), tag));
            connection.commit();
            versions.forEach(world::committed);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
