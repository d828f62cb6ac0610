package io.pgproxy.core.pool.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import jakarta.persistence.OptimisticLockException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many threads of an application with Hibernate, each with rows of its own, and a connection for each, on few. */
@WithPostgres
class HibernateWorkloadTest {
    private static final Duration LASTING = Extent.lasting(Duration.ofSeconds(1));
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int ROUNDS = 2;

    /** What a thread asks at least, in transactions. */
    private static final int LEAST = ROUNDS * 2;

    /** Held, or its level would be forgotten; it would tell of every error that is provoked here. */
    private static final Logger HIBERNATE = Logger.getLogger("org.hibernate");

    @BeforeAll
    static void keepQuiet() {
        HIBERNATE.setLevel(Level.SEVERE);
    }

    @Test
    void everybodyIsAnsweredWhatTheyAsked(TestDatabase database) throws Exception {
        Tally tally = new Tally();
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL)) {
            database.execute("drop table if exists book, author, note; drop sequence if exists author_number");
            try (HikariDataSource connections = connections(proxy);
                    SessionFactory factory = factory(connections)) {
                work(proxy, factory, tally);
            }
            System.out.println("hibernate: " + tally.queries() + " transactions, " + proxy.view());
            tally.assertAllRight(proxy.view().toString());
            assertThat(tally.queries()).isGreaterThanOrEqualTo((long) LEAST * Extent.CLIENTS);
            assertThat(proxy.census().most())
                    .as("connections of the server at a time")
                    .isBetween(1, Extent.CONNECTIONS);
            proxy.assertSettled();
        }
    }

    private static void work(PooledProxy proxy, SessionFactory factory, Tally tally) throws Exception {
        long end = System.nanoTime() + LASTING.toNanos();
        ExecutorService threads = Executors.newFixedThreadPool(Extent.CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < Extent.CLIENTS; i++) {
                int number = i;
                all.add(threads.submit(() -> work(factory, number, end, tally)));
            }
            Workload.awaitAll(all, end + PATIENCE.toNanos(), proxy, tally);
        } finally {
            threads.shutdownNow();
        }
    }

    private static HikariDataSource connections(PooledProxy proxy) {
        HikariDataSource source = new HikariDataSource();
        source.setJdbcUrl(proxy.place().jdbcUrl() + "?prepareThreshold=1");
        source.setUsername(proxy.place().user());
        source.setPassword(proxy.place().password());
        source.setMaximumPoolSize(Extent.CLIENTS);
        source.setConnectionTimeout(PATIENCE.toMillis());
        return source;
    }

    private static SessionFactory factory(HikariDataSource connections) {
        Configuration configuration = new Configuration();
        configuration.getProperties().put("hibernate.connection.datasource", connections);
        configuration.getProperties().put("hibernate.hbm2ddl.auto", "create");
        configuration.getProperties().put("hibernate.jdbc.batch_size", "20");
        return configuration
                .addAnnotatedClass(Author.class)
                .addAnnotatedClass(Book.class)
                .addAnnotatedClass(Note.class)
                .buildSessionFactory();
    }

    private static void work(SessionFactory factory, int number, long end, Tally tally) {
        String name = "hibernate_" + number;
        try {
            AuthorRounds rounds = new AuthorRounds(factory, name, tally, new Random(number));
            rounds.begin();
            for (int i = 0; i < ROUNDS || System.nanoTime() < end; i++) {
                rounds.round(number + i);
            }
        } catch (RuntimeException e) {
            tally.failed(name, e);
        }
    }

    /** What one thread does. */
    private static final class AuthorRounds {
        private final SessionFactory factory;
        private final String name;
        private final Tally tally;
        private final Random random;
        private final List<String> titles = new ArrayList<>();
        private String motto = "";
        private String note = "";
        private int tokens;

        AuthorRounds(SessionFactory factory, String name, Tally tally, Random random) {
            this.factory = factory;
            this.name = name;
            this.tally = tally;
            this.random = random;
        }

        void begin() {
            motto = token();
            note = token();
            factory.inTransaction(session -> {
                session.persist(new Author(name, motto));
                session.persist(new Note(name, note));
            });
            tally.asked();
        }

        void round(int number) {
            switch (number % 5) {
                case 0 -> writesBooks();
                case 1 -> changesItsMotto();
                case 2 -> losesARace();
                case 3 -> isRefused();
                default -> notes();
            }
            tally.asked();
            factory.inTransaction(session -> {
                Author author = session.createQuery(
                                "from Author a left join fetch a.books where a.name = :name", Author.class)
                        .setParameter("name", name)
                        .getSingleResult();
                tally.same(name, "its motto", author.motto, motto);
                tally.same(
                        name,
                        "its books",
                        author.books.stream().map(book -> book.title).toList(),
                        titles);
                tally.same(name, "its note", session.find(Note.class, name).text, note);
                tally.same(
                        name,
                        "what it counts",
                        session.createQuery("select count(b) from Book b where b.author = :author", Long.class)
                                .setParameter("author", author)
                                .getSingleResult(),
                        (long) titles.size());
            });
            tally.asked();
        }

        private void writesBooks() {
            factory.inTransaction(session -> {
                Author author = author(session);
                if (titles.size() > 10) {
                    author.books.clear();
                    titles.clear();
                }
                for (int i = 1 + random.nextInt(5); i > 0; i--) {
                    String title = token();
                    author.wrote(title);
                    titles.add(title);
                }
            });
        }

        private void changesItsMotto() {
            String next = token();
            factory.inTransaction(session -> {
                Author author = author(session);
                author.motto = next;
                session.flush();
                session.refresh(author);
                tally.same(name, "its motto in the transaction", author.motto, next);
            });
            motto = next;
        }

        /** Two sessions have read the same version; the second to write is told so. */
        private void losesARace() {
            String winner = token();
            try {
                factory.inTransaction(session -> {
                    Author loser = author(session);
                    session.detach(loser);
                    Author author = author(session);
                    author.motto = winner;
                    session.flush();
                    session.detach(author);
                    loser.motto = token();
                    session.merge(loser);
                });
                tally.wrong(name, "an outdated version was written");
            } catch (OptimisticLockException outdated) {
                // and the whole transaction is undone
            }
        }

        private void isRefused() {
            try {
                factory.inTransaction(session -> {
                    session.persist(new Author(name, token()));
                    session.flush();
                });
                tally.wrong(name, "there are two of its name");
            } catch (ConstraintViolationException twice) {
                if (!String.valueOf(twice.getMessage()).contains("(" + name + ")")) {
                    tally.wrong(name, "the error of somebody else: " + twice.getMessage());
                }
            }
        }

        private void notes() {
            String next = token();
            factory.inTransaction(session -> {
                int changed = session.createMutationQuery("update Note n set n.text = :text where n.author = :author")
                        .setParameter("text", next)
                        .setParameter("author", name)
                        .executeUpdate();
                tally.same(name, "notes changed", changed, 1);
            });
            note = next;
        }

        private Author author(org.hibernate.Session session) {
            return session.createQuery("from Author where name = :name", Author.class)
                    .setParameter("name", name)
                    .getSingleResult();
        }

        private String token() {
            return name + "_" + ++tokens;
        }
    }
}
