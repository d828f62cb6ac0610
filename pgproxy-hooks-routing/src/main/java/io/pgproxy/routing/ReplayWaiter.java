package io.pgproxy.routing;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Somebody who waits until one of some readers has replayed a commit. */
final class ReplayWaiter {
    private final List<String> readers;
    private final long commit;
    private final CompletableFuture<Optional<String>> done = new CompletableFuture<>();

    ReplayWaiter(List<String> readers, long commit) {
        this.readers = List.copyOf(readers);
        this.commit = commit;
    }

    CompletableFuture<Optional<String>> done() {
        return done;
    }

    /** The first of them that is there now; null if none is. */
    @Nullable
    String find(View view) {
        long lsn = view.samples().lsnAfter(commit);
        if (lsn == WriterSamples.UNKNOWN) {
            return null;
        }
        for (String name : readers) {
            Watched reader = view.reader(name);
            if (reader != null && reader.hasReplayed(lsn, view.samples())) {
                return name;
            }
        }
        return null;
    }
}
