package io.pgproxy.sql.generate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file of the main code's resources that a program writes. */
final class Resource {

    private Resource() {}

    /**
     * Writes it into the sources.
     *
     * @param name where it is for the main code, such as {@code io/pgproxy/sql/catalog/functions.tsv}
     * @param lines without their ends
     */
    static void write(String name, List<String> lines) throws IOException {
        // Maven runs tests in the directory of their module.
        Path file = Path.of("src/main/resources").resolve(name).toAbsolutePath();
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
    }
}
