package io.pgproxy.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README as it is in the checkout, and what is fenced in it. */
record Readme(Path root, String text) {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\R(.*?)^```$");

    static Readme read() throws IOException {
        Path root = Path.of(System.getProperty("pgproxy.root"));
        return new Readme(root, Files.readString(root.resolve("README.md")));
    }

    /** The blocks in one language. */
    List<String> blocks(String language) {
        Matcher block = BLOCK.matcher(text);
        return block.results()
                .filter(found -> found.group(1).equals(language))
                .map(found -> found.group(2))
                .toList();
    }

    /** The lines of its shell blocks. */
    List<String> commands() {
        return blocks("sh").stream().flatMap(String::lines).toList();
    }

    /** The one command that begins so. */
    String command(String beginning) {
        List<String> found =
                commands().stream().filter(line -> line.startsWith(beginning)).toList();
        if (found.size() != 1) {
            throw new AssertionError("not one command '" + beginning + "' in the README: " + found);
        }
        return found.get(0);
    }

    /** The Java block that declares a class. */
    String program(String className) {
        return blocks("java").stream()
                .filter(block -> block.contains("class " + className))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no class " + className + " in the README"));
    }
}
