package io.pgproxy.hook;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Keeps every result that is asked for, and serves it for ever. */
final class Shelf implements CacheHook {
    private final Predicate<Execution> wanted;
    private final Map<List<Object>, Recording> kept = new ConcurrentHashMap<>();
    private final List<String> told = new CopyOnWriteArrayList<>();

    /** A shelf for some executions. */
    Shelf(Predicate<Execution> wanted) {
        this.wanted = wanted;
    }

    /** A shelf for statements in which a word stands. */
    static Shelf of(String word) {
        return new Shelf(execution -> execution.statement().sql().contains(word));
    }

    /** What recorders were told, in order. */
    List<String> told() {
        return List.copyOf(told);
    }

    @Override
    public Verdict<CacheUse> lookup(Execution execution) {
        if (!wanted.test(execution)) {
            return Verdict.proceed();
        }
        Statement statement = execution.statement();
        List<Object> key = List.of(
                statement.sql(),
                statement.parameterTypes(),
                execution.parameters(),
                execution.resultFormats(),
                execution.terms().settings());
        Recording recording = kept.get(key);
        return Verdict.of(recording != null ? new CacheUse.Serve(recording) : new CacheUse.Keep(keeping(key), 1 << 20));
    }

    private Recorder keeping(List<Object> key) {
        return new Recorder() {
            @Override
            public void recorded(Recording complete) {
                told.add("recorded");
                kept.put(key, complete);
            }

            @Override
            public void abandoned() {
                told.add("abandoned");
            }
        };
    }
}
