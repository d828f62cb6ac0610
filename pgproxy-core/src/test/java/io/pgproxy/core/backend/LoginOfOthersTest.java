package io.pgproxy.core.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the password of a login comes from that another client makes. */
class LoginOfOthersTest {
    private static char[] ask(Credentials credentials) throws IOException {
        return credentials.password("db", 5432, "shop");
    }

    @Test
    void aPasswordOfOnesOwnIsACopy() throws IOException {
        Credentials credentials = Credentials.of("me", "s3cret".toCharArray());
        ask(credentials)[0] = 'x';
        assertThat(ask(credentials)).containsExactly("s3cret".toCharArray());
        assertThat(ask(Credentials.trusted("me"))).isNull();
    }

    @Test
    void aSupplierIsAskedAndTellsNothingByFailing() throws IOException {
        assertThat(ask(Credentials.supplied("me", () -> "token".toCharArray()))).containsExactly("token".toCharArray());
        assertThatIOException()
                .isThrownBy(() -> ask(Credentials.supplied("me", () -> {
                    throw new IllegalStateException("s3cret");
                })))
                .withMessage("no password for me: its supplier failed with java.lang.IllegalStateException")
                .withNoCause();
    }

    @Test
    void aPassfileIsReadForTheLogin(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(
                directory.resolve("passfile"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "other:5432:shop:me:wrong\ndb:5432:shop:me:right\n");
        assertThat(ask(Credentials.passfile("me", file))).containsExactly("right".toCharArray());
        assertThatIOException()
                .isThrownBy(() -> ask(Credentials.passfile("you", file)))
                .withMessageContaining("no line of " + file)
                .withMessageNotContaining("wrong");
    }
}
