package io.pgproxy.core.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What libpq reads in such a file, and refuses to read. */
class PassfileTest {
    private static final LoginTarget LOGIN = new LoginTarget("db.example", 5432, "shop", "app");

    @TempDir
    private Path directory;

    private static String find(String text, LoginTarget login) {
        char[] found = PassfileLines.find(text.toCharArray(), login);
        return found == null ? null : new String(found);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            db.example:5432:shop:app:secret      | secret
            *:*:*:*:secret                       | secret
            *:5432:*:app:secret                  | secret
            d\\b.example:5432:shop:app:secret    | secret
            *:*:*:*:se\\:cr\\\\et                | se:cr\\et
            *:*:*:*:secret:rest                  | secret
            *:*:*:*:two words                    | two words
            *:*:*:*:end\\                        | end\\
            """)
    void aLineThatFitsHasThePassword(String line, String password) {
        assertThat(find(line, LOGIN)).isEqualTo(password);
        assertThat(find(line + "\r\n", LOGIN)).isEqualTo(password);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "other:5432:shop:app:secret",
                "db.example:5433:shop:app:secret",
                "db.example:5432:shops:app:secret",
                "db.example:5432:shop:ap:secret",
                "db.example:5432:shop:app",
                "#*:*:*:*:secret",
                "**:*:*:*:secret",
                "\\*:*:*:*:secret",
                "*:*:*:*",
                "*"
            })
    void otherLinesHaveNone(String text) {
        assertThat(find(text, LOGIN)).isNull();
    }

    @Test
    void theFirstLineThatFitsCounts() {
        String text = "# *:*:*:*:comment\n\nother:*:*:*:a\n*:*:shop:app:b\n*:*:*:*:c";

        assertThat(find(text, LOGIN)).isEqualTo("b");
        assertThat(find(text, new LoginTarget("x", 1, "y", "z"))).isEqualTo("c");
        assertThat(find(text, new LoginTarget("other", 1, "shop", "app"))).isEqualTo("a");
    }

    @Test
    void namesMayHaveColonsAndStars() {
        LoginTarget odd = new LoginTarget("::1", 5432, "a\\b", "*");

        assertThat(find("\\:\\:1:5432:a\\\\b:\\*:x", odd)).isEqualTo("x");
    }

    @Test
    void socketsOfTheUsualDirectoryAreThoseOfLocalhost() {
        LoginTarget usual = new LoginTarget("/var/run/postgresql", 5432, "shop", "app");
        LoginTarget other = new LoginTarget("/srv/sockets", 5432, "shop", "app");

        assertThat(find("localhost:5432:shop:app:x", usual)).isEqualTo("x");
        assertThat(find("/var/run/postgresql:5432:shop:app:y", usual)).isEqualTo("y");
        assertThat(find("localhost:5432:shop:app:x", other)).isNull();
        assertThat(find("/srv/sockets:5432:shop:app:y", other)).isEqualTo("y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx-----x"})
    void aFileThatOthersMayUseIsRefused(String permissions) throws Exception {
        Path file = file("*:*:*:*:hush", permissions);

        assertThatThrownBy(() -> new Passfile(file).find(LOGIN))
                .isInstanceOf(PassfileException.class)
                .hasMessageContaining("group or others have access to " + file)
                .message()
                .doesNotContain("hush");
    }

    @Test
    void itIsReadAnewEachTime() throws Exception {
        Path file = file("*:*:*:*:one", "rw-------");
        Passfile passfile = new Passfile(file);
        assertThat(passfile.find(LOGIN)).containsExactly("one".toCharArray());

        Files.writeString(file, "*:*:*:*:\u00e9\u20ac");

        assertThat(passfile.find(LOGIN)).containsExactly("\u00e9\u20ac".toCharArray());
    }

    @Test
    void whatIsWrongIsSaidWithoutWhatIsInIt() throws Exception {
        Path other = file("elsewhere:*:*:*:hush", "rw-------");
        Path latin = directory.resolve("latin");
        Files.write(latin, new byte[] {'*', ':', '*', ':', '*', ':', '*', ':', (byte) 0xe9});
        Files.setPosixFilePermissions(latin, PosixFilePermissions.fromString("rw-------"));

        refused(directory.resolve("none"), "there is no file");
        refused(directory, "is not a plain file");
        refused(latin, "is not in UTF-8");
        refused(other, "no line of " + other + " is for app at db.example:5432");
    }

    private static void refused(Path file, String why) {
        assertThatThrownBy(() -> new Passfile(file).find(LOGIN))
                .isInstanceOf(PassfileException.class)
                .hasMessageContaining(why)
                .message()
                .doesNotContain("hush");
    }

    private Path file(String text, String permissions) throws Exception {
        Path file = Files.writeString(directory.resolve("passfile"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
