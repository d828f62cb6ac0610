package io.pgproxy.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** pgbouncer's file of users: its form, and what happens when it changes. */
class UserListFileTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("userlist.txt");
    }

    private UserListFile holding(String text) throws IOException {
        Files.writeString(file, text);
        return UserListFile.of(file);
    }

    private static Optional<User> find(UserListFile users, String name) {
        return users.find(name, "any", Runnable::run).toCompletableFuture().join();
    }

    private static boolean knows(UserListFile users, String name, String password) {
        return find(users, name)
                .map(User::secret)
                .filter(secret -> secret.matches(name, Password.of(password.getBytes(UTF_8))))
                .isPresent();
    }

    @Test
    void itsForm() throws Exception {
        String verifier = ScramVerifier.of("third".toCharArray()).text();
        UserListFile users = holding(
                "; a comment\n\n  \"one\" \"first\"\n\"two\"\t\"md5" + md5OfTwo() + "\" ignored\r\n" + "\"three\" \""
                        + verifier + "\"\n\"fo\"\"ur\" \"p\"\"w ; s\u00e9\"\n\"none\" \"\"\n   ; another");

        assertThat(knows(users, "one", "first")).isTrue();
        assertThat(knows(users, "two", "second")).isTrue();
        assertThat(knows(users, "three", "third")).isTrue();
        assertThat(knows(users, "fo\"ur", "p\"w ; s\u00e9")).isTrue();
        assertThat(find(users, "none").orElseThrow().secret()).isNull();
        assertThat(find(users, "ONE")).isEmpty();
        assertThat(find(users, "")).isEmpty();
    }

    private static String md5OfTwo() throws Exception {
        byte[] digest = MessageDigest.getInstance("MD5").digest("secondtwo".getBytes(UTF_8));
        return HexFormat.of().formatHex(digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "me hunter2",
                "\"me\"",
                "\"me\" hunter2",
                "\"me\"\"hunter2\"",
                "\"me\" \"hunter2",
                "\"me",
                "\"\" \"hunter2\"",
                "\"me\" \"SCRAM-SHA-256$hunter2\"",
                "\"me\" \"a\"\n\"me\" \"hunter2\"",
            })
    void aMalformedOneIsRefusedWithoutBeingQuoted(String text) {
        assertThatThrownBy(() -> holding("; fine\n" + text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line ")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void textThatIsNotUtf8IsMalformed() throws Exception {
        Files.write(file, "\"\u00e9\" \"x\"".getBytes(ISO_8859_1));
        assertThatThrownBy(() -> UserListFile.of(file)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingOneIsAnError() {
        assertThatThrownBy(() -> UserListFile.of(file)).isInstanceOf(IOException.class);
    }

    @Test
    void aChangedOneIsReadAgain() throws Exception {
        UserListFile users = holding("\"one\" \"first\"\n");
        replace("\"one\" \"changed\"\n\"two\" \"second\"\n");

        users.look();

        assertThat(knows(users, "one", "first")).isFalse();
        assertThat(knows(users, "one", "changed")).isTrue();
        assertThat(knows(users, "two", "second")).isTrue();
    }

    @Test
    void whatCannotBeReadChangesNothing() throws Exception {
        UserListFile users = holding("\"one\" \"first\"\n");

        replace("\"one\" \"cha");
        users.look();
        assertThat(knows(users, "one", "first")).isTrue();

        Files.delete(file);
        users.look();
        assertThat(knows(users, "one", "first")).isTrue();

        replace("\"one\" \"changed\"\n");
        users.look();
        assertThat(knows(users, "one", "changed")).isTrue();
    }

    @Test
    void aLoginLooksForChangesOnAWorkerOnceASecond() throws Exception {
        UserListFile users = holding("\"one\" \"first\"\n");
        replace("\"two\" \"second\"\n");
        Queue<Runnable> tasks = new ArrayDeque<>();
        CompletableFuture<Optional<User>> found;
        long deadline = System.nanoTime() + 5_000_000_000L;
        do {
            found = users.find("two", "any", tasks::add).toCompletableFuture();
        } while (tasks.isEmpty() && System.nanoTime() < deadline);

        assertThat(found).isNotDone();
        assertThat(users.find("one", "any", tasks::add).toCompletableFuture().join())
                .isPresent(); // not kept waiting
        tasks.remove().run();

        assertThat(found.join()).isPresent();
        assertThat(tasks).isEmpty();
    }

    @Test
    void busyWorkersKeepNobodyOut() throws Exception {
        UserListFile users = holding("\"one\" \"first\"\n");
        long deadline = System.nanoTime() + 5_000_000_000L;
        boolean[] asked = {false};
        while (!asked[0] && System.nanoTime() < deadline) {
            assertThat(users.find("one", "any", task -> {
                                asked[0] = true;
                                throw new RejectedExecutionException();
                            })
                            .toCompletableFuture()
                            .join())
                    .isPresent();
        }
        assertThat(asked[0]).isTrue();
    }

    private void replace(String text) throws IOException {
        Path next = directory.resolve("next");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
