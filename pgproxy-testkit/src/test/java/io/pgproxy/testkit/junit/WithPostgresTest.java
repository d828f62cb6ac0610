package io.pgproxy.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

class WithPostgresTest {

    private static final List<TestDatabase> seen = new ArrayList<>();

    @BeforeEach
    void forget() {
        seen.clear();
    }

    @Test
    void classesShareAServerAndHaveDatabasesOfTheirOwn() {
        run(3, First.class, Second.class);

        assertThat(seen.stream().map(TestDatabase::server).distinct()).hasSize(1);
        assertThat(seen.get(1)).as("within a class, nested ones included").isEqualTo(seen.get(0));
        assertThat(seen.get(2).name())
                .startsWith("second_")
                .isNotEqualTo(seen.get(0).name());
    }

    @Test
    void theServerEndsWithTheRun() {
        run(1, Special.class);

        assertThatThrownBy(() -> seen.get(0).query("SELECT 1")).hasMessageContaining("refused");
    }

    @Test
    void databasesAreDroppedAfterTheClass() {
        run(4, First.class, Second.class, OnlyOneDatabaseIsLeft.class);
    }

    @Test
    void aParameterMayWishForAnotherServer() {
        run(1, Others.class);
    }

    @Test
    void aServerOfItsOwnMayBeKilled() {
        run(2, Killer.class, Second.class);
    }

    private static void run(int tests, Class<?>... classes) {
        var selectors = new ArrayList<org.junit.platform.engine.discovery.ClassSelector>();
        for (Class<?> one : classes) {
            selectors.add(selectClass(one));
        }
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectors.toArray(new org.junit.platform.engine.discovery.ClassSelector[0]))
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.started(tests).succeeded(tests));
    }

    @WithPostgres
    static class First {
        @Test
        void seesIt(TestDatabase database) throws Exception {
            seen.add(database);
            database.execute("CREATE TABLE t (a int)");
        }

        @Nested
        class Inner {
            @Test
            void seesTheSame(TestDatabase database) {
                seen.add(database);
            }
        }
    }

    @WithPostgres
    static class Second {
        @Test
        void isEmpty(TestDatabase database) throws Exception {
            seen.add(database);
            assertThat(database.query("SELECT FROM pg_tables WHERE schemaname = 'public'"))
                    .isEmpty();
        }
    }

    /** Never the one that the environment lends. */
    @WithPostgres(settings = "work_mem=4MB")
    static class Special {
        @Test
        void seesIt(TestDatabase database) {
            seen.add(database);
        }
    }

    @WithPostgres
    static class OnlyOneDatabaseIsLeft {
        @Test
        void ofThoseOfClasses(TestDatabase database) throws Exception {
            assertThat(database.query("SELECT datname FROM pg_database WHERE datname LIKE '%\\_________'"))
                    .isEqualTo(List.of(List.of(database.name())));
        }
    }

    @WithPostgres(settings = "work_mem = 5MB")
    static class Others {
        @Test
        void eachIsAsWished(
                TestDatabase own,
                @WithPostgres(version = 18, settings = "work_mem=6MB") TestDatabase newer,
                @WithPostgres(version = 18, settings = "work_mem=6MB") LocalPostgres newerServer,
                @WithPostgres(name = "a") LocalPostgres a,
                @WithPostgres(name = "b") LocalPostgres b)
                throws Exception {
            assertThat(first(own.query("SHOW work_mem"))).isEqualTo("5MB");
            assertThat(first(newer.query("SHOW work_mem"))).isEqualTo("6MB");
            assertThat(newer.server().version()).isEqualTo(18);
            assertThat(newer.server()).isSameAs(newerServer);
            assertThat(a.port()).isNotEqualTo(b.port());
        }

        private static @Nullable String first(List<List<@Nullable String>> rows) {
            return rows.get(0).get(0);
        }
    }

    @WithPostgres(own = true)
    static class Killer {
        @Test
        void kills(TestDatabase database) throws Exception {
            database.server().kill();
        }
    }
}
