package io.pgproxy.metrics.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** docs/metrics.md: its tables and what is fenced in it. */
record MetricsDocument(String text) {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** A row of the table of meters. */
    record Row(String name, String prometheus, String type, String unit, Set<String> tags) {}

    static MetricsDocument read() throws IOException {
        return new MetricsDocument(Files.readString(Path.of("../docs/metrics.md")));
    }

    List<Row> meters() {
        return text.lines()
                .filter(line -> line.startsWith("| `pgproxy."))
                .map(line -> line.split("\\|"))
                .map(cells -> new Row(
                        code(cells[1]).findFirst().orElseThrow(),
                        code(cells[2]).findFirst().orElseThrow(),
                        cells[3].strip(),
                        cells[4].strip(),
                        new TreeSet<>(code(cells[5]).toList())))
                .toList();
    }

    /** What stands as code in the row of a tag, behind its name. */
    List<String> values(String tag) {
        return text.lines()
                .filter(line -> line.startsWith("| `" + tag + "` |"))
                .flatMap(MetricsDocument::code)
                .skip(1)
                .toList();
    }

    Set<String> tags() {
        Set<String> tags = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `([a-z_]+)` \\|").matcher(text);
        row.results().forEach(found -> tags.add(found.group(1)));
        return tags;
    }

    List<String> blocks(String language) {
        return Pattern.compile("(?ms)^```" + language + "\\R(.*?)^```$")
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static Stream<String> code(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1));
    }
}
