package io.pgproxy.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.container;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class LeakCheckExtensionTest {

    @Test
    void aClassThatLeaksFails() {
        EngineExecutionResults results = run(Leaking.class);

        results.testEvents().assertStatistics(statistics -> statistics.succeeded(1));
        results.containerEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                container(Leaking.class),
                                finishedWithFailure(
                                        instanceOf(AssertionError.class),
                                        message(text -> text.contains("not released")))));
    }

    @Test
    void aClassThatDoesNotLeakPasses() {
        run(Clean.class).allEvents().assertStatistics(statistics -> statistics.failed(0));
    }

    private static EngineExecutionResults run(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testClass))
                .execute();
    }

    @ExtendWith(LeakCheckExtension.class)
    static class Leaking {

        @Nested
        class Inner {
            @Test
            void forgetsABuffer() {
                ByteBufAllocator.DEFAULT.directBuffer(8);
            }
        }
    }

    @ExtendWith(LeakCheckExtension.class)
    @WithPostgres
    static class Clean {
        @Test
        void usesAServerThatGoesOn(io.pgproxy.testkit.postgres.TestDatabase database) throws Exception {
            assertThat(database.query("SELECT 1")).hasSize(1);
            ByteBufAllocator.DEFAULT.directBuffer(8).release();
        }
    }
}
