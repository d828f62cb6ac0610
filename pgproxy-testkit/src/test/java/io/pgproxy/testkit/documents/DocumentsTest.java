package io.pgproxy.testkit.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tests of docs/testkit.md that stand there with their imports are the classes beside this one. */
class DocumentsTest {
    @Test
    void theGuideHasTheTestOfReplicas() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/pgproxy/testkit/documents/FailoverTest.java"));
        assertThat(Files.readString(Path.of("../docs/testkit.md")))
                .contains("```java\n" + source.substring(source.indexOf("import ")) + "```\n");
    }
}
