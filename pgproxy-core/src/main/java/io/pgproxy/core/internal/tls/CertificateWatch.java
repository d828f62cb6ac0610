package io.pgproxy.core.internal.tls;

import io.pgproxy.tls.ServerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whether the files of a listener have changed, and has them read again then. */
final class CertificateWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

    private final ListenerTls tls;
    private final ServerTls settings;
    private final @Nullable ScheduledExecutorService clock;
    private List<FileTime> known;

    CertificateWatch(ListenerTls tls, ServerTls settings, ThreadFactory threads) {
        this.tls = tls;
        this.settings = settings;
        this.known = times();
        long millis = settings.look().toMillis();
        if (millis > 0) {
            clock = Executors.newSingleThreadScheduledExecutor(threads);
            clock.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
        } else {
            clock = null;
        }
    }

    /** Files are exchanged one after the other: if they do not fit together now, they may the next time. */
    private void look() {
        List<FileTime> now = times();
        if (now.equals(known)) {
            return;
        }
        try {
            tls.reload();
            known = now;
            LOG.info("read {} again", settings.certificates());
        } catch (IOException | RuntimeException e) {
            LOG.warn("the certificate stays as it was: {}", e.getMessage());
        }
    }

    private List<FileTime> times() {
        List<FileTime> times = new ArrayList<>();
        times.add(time(settings.certificates()));
        times.add(time(settings.key()));
        Path authorities = settings.clientAuthorities();
        if (authorities != null) {
            times.add(time(authorities));
        }
        return times;
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException missing) {
            return FileTime.fromMillis(0);
        }
    }

    @Override
    public void close() {
        if (clock != null) {
            clock.shutdownNow();
        }
    }
}
