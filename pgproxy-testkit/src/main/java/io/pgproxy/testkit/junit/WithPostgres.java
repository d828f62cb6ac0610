package io.pgproxy.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a real PostgreSQL and an empty database of its own.
 *
 * <p>Constructors, lifecycle methods and tests of the class may have parameters of the types
 * {@link io.pgproxy.testkit.postgres.TestDatabase} (the same database in all of them) and
 * {@link io.pgproxy.testkit.postgres.LocalPostgres}. The server is started once in a JVM for all classes that wish for
 * the same, and stopped when the test run ends; the database is dropped after the class. Nested classes share what
 * their outermost class has.
 *
 * <p>On a parameter the annotation describes one more server, apart from that of the class, in which the class has one
 * more database:
 *
 * <pre>{@code
 * @Test
 * void bothVersionsAgree(TestDatabase one, @WithPostgres(version = 18) TestDatabase other) { ... }
 * }</pre>
 *
 * Parameters that wish for the same get the same.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.PARAMETER})
@ExtendWith(PostgresExtension.class)
public @interface WithPostgres {

    /**
     * The major version of the server.
     *
     * @return such as 15; 0 for the one in the environment variable {@code PGPROXY_TEST_VERSION}, else any
     */
    int version() default 0;

    /**
     * Parameters of postgresql.conf.
     *
     * @return each as {@code name=value}, without quotes
     */
    String[] settings() default {};

    /**
     * Lines of pg_hba.conf in front of those that trust everybody.
     *
     * @return such as {@code host all guest 127.0.0.1/32 scram-sha-256}
     */
    String[] hba() default {};

    /**
     * Whether the class has the server for itself, because it stops or kills it or changes what is common to all
     * databases. It is stopped after the class.
     *
     * @return false to share it
     */
    boolean own() default false;

    /**
     * Whether the tests make replicas of the server, by
     * {@link io.pgproxy.testkit.postgres.LocalPostgres#startReplica()}. Those that they leave are stopped with it.
     *
     * @return false for a server that may have none
     */
    boolean primary() default false;

    /**
     * Tells apart servers of one class that wish for the same otherwise, such as two that take writes.
     *
     * @return any name
     */
    String name() default "";
}
