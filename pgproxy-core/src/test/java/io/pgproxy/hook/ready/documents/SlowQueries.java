package io.pgproxy.hook.ready.documents;

import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.ready.SlowQueryLog;
import java.time.Duration;

/** Logs what takes longer than half a second. */
public final class SlowQueries {
    private SlowQueries() {}

    public static QueryHook hook() {
        return new SlowQueryLog(Duration.ofMillis(500));
    }
}
