package io.pgproxy.testkit.junit;

import io.pgproxy.testkit.leak.LeakCheck;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an annotation says, as a value by which servers are found again. */
record WantedServer(int version, List<String> settings, List<String> hba, boolean own, boolean primary, String name) {

    static WantedServer of(@Nullable WithPostgres annotation) {
        return annotation == null
                ? new WantedServer(0, List.of(), List.of(), false, false, "")
                : new WantedServer(
                        annotation.version(),
                        List.of(annotation.settings()),
                        List.of(annotation.hba()),
                        annotation.own(),
                        annotation.primary(),
                        annotation.name());
    }

    /** A server for all classes is no leak of the one that happens to need it first. */
    LocalPostgres startOutliving() {
        try {
            return LeakCheck.outliving(this::start);
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    LocalPostgres start() {
        LocalPostgres.Builder builder = LocalPostgres.builder().hba(hba.toArray(new String[0]));
        if (version != 0) {
            builder.version(version);
        }
        if (own || !name.isEmpty()) {
            builder.dedicated();
        }
        if (primary) {
            builder.primary();
        }
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("a setting is name=value, not " + setting);
            }
            builder.setting(
                    setting.substring(0, equals).strip(),
                    setting.substring(equals + 1).strip());
        }
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
