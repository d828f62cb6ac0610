package io.pgproxy.sql.internal.classify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.sql.lexer.Tokens;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassifierMemoryTest {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Classifier classifier = new Classifier();

    @Test
    void aStatementCostsLessThanAKilobyteGarbageIncluded() {
        List<Long> costs = new ArrayList<>();
        for (ValidStatement statement : ValidStatement.all()) {
            Tokens tokens = Classified.tokens(statement.sql());
            classifier.classify(tokens, 0, tokens.count());
            costs.add(bytes(tokens));
        }
        Collections.sort(costs);

        assertThat(costs.get(costs.size() / 2)).as("median").isLessThan(320);
        assertThat(costs.get(costs.size() * 98 / 100)).as("98 of 100").isLessThan(1024);
    }

    @Test
    void aSimpleReadCostsNothing() {
        Tokens tokens = Classified.tokens("select a, b from t where c = $1");
        for (int i = 0; i < 100; i++) {
            classifier.classify(tokens, 0, tokens.count());
        }

        assertThat(bytes(tokens)).isZero();
    }

    private long bytes(Tokens tokens) {
        long before = threads.getCurrentThreadAllocatedBytes();
        classifier.classify(tokens, 0, tokens.count());
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
