package io.pgproxy.core.internal.server;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads files again. */
@FunctionalInterface
interface FileReading {
    void run() throws IOException;

    /** Does all of it, whatever fails on the way; then throws the first failure, the others suppressed. */
    static void runAll(List<FileReading> all) throws IOException {
        @Nullable IOException first = null;
        for (FileReading each : all) {
            try {
                each.run();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
