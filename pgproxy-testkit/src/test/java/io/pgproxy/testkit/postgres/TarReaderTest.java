package io.pgproxy.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {

    private static final int BLOCK = 512;

    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

    private final Path target;

    TarReaderTest(@TempDir Path target) {
        this.target = target;
    }

    @Test
    void filesDirectoriesAndLinksAreAsInTheArchive() throws Exception {
        entry("share/", '5', "", "", 0755);
        entry("share/two words", '0', "", "x".repeat(700), 0644);
        entry("bin/run", '0', "", "#!", 0755);
        entry("lib/name.so", '2', "name.so.1", "", 0777);
        entry("lib/name.so.1", '0', "", "code", 0644);
        unpack();

        assertThat(target.resolve("share/two words")).hasContent("x".repeat(700));
        assertThat(Files.isExecutable(target.resolve("bin/run"))).isTrue();
        assertThat(Files.isSymbolicLink(target.resolve("lib/name.so"))).isTrue();
        assertThat(target.resolve("lib/name.so")).hasContent("code");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/../../outside", "/outside"})
    void namesThatLeadOutsideAreRefused(String name) throws Exception {
        entry(name, '0', "", "evil", 0644);
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("outside");
    }

    @Test
    void linksThatLeadOutsideAreRefused() throws Exception {
        entry("a/link", '2', "../../outside", "", 0777);
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("outside");
    }

    @Test
    void entriesOfOtherKindsAreRefused() throws Exception {
        entry("device", '3', "", "", 0644);
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("device");
    }

    @Test
    void anArchiveThatEndsWithinAFileIsRefused() throws Exception {
        entry("file", '0', "", "x".repeat(700), 0644);
        byte[] cut = Arrays.copyOf(archive.toByteArray(), BLOCK + 600);
        archive.reset();
        archive.writeBytes(cut);
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("ends within");
    }

    private void unpack() throws IOException {
        new TarReader(new ByteArrayInputStream(archive.toByteArray()), target).unpack();
    }

    private void entry(String name, char kind, String link, String content, int mode) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, String.format("%07o", mode));
        put(header, 124, String.format("%011o", content.length()));
        header[156] = (byte) kind;
        put(header, 157, link);
        put(header, 257, "ustar  ");
        archive.writeBytes(header);
        archive.writeBytes(content.getBytes(UTF_8));
        archive.writeBytes(new byte[(BLOCK - content.length() % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
