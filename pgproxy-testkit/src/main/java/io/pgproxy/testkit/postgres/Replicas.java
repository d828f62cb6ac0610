package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The replicas of one server. Those that are closed already may be closed again. */
final class Replicas {

    private final List<LocalReplica> all = new ArrayList<>();

    LocalReplica add(LocalReplica replica) {
        all.add(replica);
        return replica;
    }

    /** Closes each, also when one of them fails. */
    void close() throws IOException {
        IOException first = null;
        for (LocalReplica replica : all) {
            try {
                replica.close();
            } catch (IOException failure) {
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
