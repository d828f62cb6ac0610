package io.pgproxy.core.pool.workload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a query among others.
 *
 * @param rows the values as text; empty if it was refused
 * @param error the refusal, or null
 */
record Outcome(List<List<String>> rows, @Nullable Refused error) {
    static Outcome of(Answer answer) throws Exception {
        try {
            return new Outcome(answer.rows(), null);
        } catch (Refused refused) {
            return new Outcome(List.of(), refused);
        }
    }

    /** Something that is answered. */
    @FunctionalInterface
    interface Answer {
        List<List<String>> rows() throws Exception;
    }
}
