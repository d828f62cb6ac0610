package io.pgproxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of an audit: who may read it, what is in it already, and what happens when it is moved away. */
class FileTargetTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong time = new AtomicLong();
    private final Path directory;
    private final Path file;

    FileTargetTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("audit.jsonl");
    }

    private JsonLines open() throws IOException {
        return new JsonLines(new FileTarget(file, time::get), 100);
    }

    private static void write(JsonLines sink, String text) throws IOException {
        sink.write(List.of(Records.of(text)));
        sink.flush();
    }

    private static List<String> texts(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.replaceAll(".*\"text\":\"(.*)\"\\}", "$1"))
                .toList();
    }

    @Test
    void itsOwnerAloneMayReadIt() throws IOException {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));

        open().close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsInItStays() throws IOException {
        Files.writeString(file, "before\n");

        try (JsonLines sink = open()) {
            write(sink, "after");
        }

        assertThat(texts(file)).containsExactly("before", "after");
    }

    @Test
    void aTornLineInItGetsItsEnd() throws IOException {
        Files.writeString(file, "{\"torn\":");

        try (JsonLines sink = open()) {
            write(sink, "after");
        }

        assertThat(texts(file)).containsExactly("{\"torn\":", "after");
    }

    @Test
    void whenItWasMovedAwayThereIsANewOne() throws IOException {
        Path rotated = directory.resolve("audit.jsonl.1");
        try (JsonLines sink = open()) {
            write(sink, "one");
            Files.move(file, rotated);
            time.addAndGet(SECOND - 1);
            write(sink, "still looked for once a second only");
            time.addAndGet(1);
            write(sink, "two");
        }

        assertThat(texts(rotated)).containsExactly("one", "still looked for once a second only");
        assertThat(texts(file)).containsExactly("two");
    }

    @Test
    void whenAnotherStandsInItsPlaceThatIsUsed() throws IOException {
        try (JsonLines sink = open()) {
            write(sink, "one");
            Files.move(file, directory.resolve("old"));
            Files.createFile(file);
            time.addAndGet(SECOND);
            write(sink, "two");
        }

        assertThat(texts(file)).containsExactly("two");
    }

    @Test
    void whenItIsStillThereItIsKept() throws IOException {
        try (JsonLines sink = open()) {
            write(sink, "one");
            time.addAndGet(SECOND);
            write(sink, "two");
        }

        assertThat(texts(file)).containsExactly("one", "two");
    }

    @Test
    void aWrongPathShowsAtOnce() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> JsonLines.toFile(directory.resolve("no/such")));
    }
}
