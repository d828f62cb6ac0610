package io.pgproxy.sql.structure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * What PostgreSQL itself makes of a query: the tree after parse analysis and before views are expanded, which
 * {@code debug_print_parse} sends as a message.
 *
 * @param relations the oids of the relations in all range tables, sorted
 * @param commonTables the names of the references to common tables, sorted
 * @param calls the offsets, in bytes of the query, where functions, aggregates and window functions are called
 * @param columns the names of the result's columns
 */
record ServerTree(List<Long> relations, List<String> commonTables, TreeSet<Integer> calls, List<String> columns) {
    private static final String PREFIX = "PREPARE server_tree AS ";
    private static final Pattern RELATION = Pattern.compile(":rtekind 0 :relid (\\d+) (?::inh \\w+ )?:relkind (\\w)");

    private static final Pattern UTILITY = Pattern.compile("\\A\\{QUERY\\s+:commandType\\s+[67]\\b");
    private static final Pattern COMMON_TABLE = Pattern.compile(":rtekind 6 :ctename (\\S+)");
    private static final Pattern NAME = Pattern.compile(":resname ((?:\\\\.|[^ \\\\])*) .*? :resjunk (true|false)");
    private static final Pattern NODE = Pattern.compile("\\{(FUNCEXPR|AGGREF|WINDOWFUNC)\\b");
    private static final Pattern FORMAT = Pattern.compile("\\{FUNCEXPR[^{}]*?:funcformat 0\\b");
    private static final String LOCATION = ":location ";

    /** Makes the connection send trees. */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET debug_pretty_print = off; SET client_min_messages = log; SET debug_print_parse = on");
        }
    }

    /**
     * The tree of a query, which is not run.
     *
     * @throws PSQLException if the server does not accept it
     */
    static ServerTree of(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(PREFIX + sql);
            String tree = null;
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                ServerErrorMessage message = Objects.requireNonNull(((PSQLWarning) warning).getServerErrorMessage());
                String detail = message.getDetail();
                if (detail != null
                        && detail.startsWith("{QUERY")
                        && !UTILITY.matcher(detail).find()) {
                    tree = detail.replaceAll("\\s+", " ");
                }
            }
            statement.execute("DEALLOCATE server_tree");
            return read(Objects.requireNonNull(tree, "no tree for " + sql));
        }
    }

    private static ServerTree read(String tree) {
        List<Long> relations = new ArrayList<>();
        Matcher relation = RELATION.matcher(tree);
        while (relation.find()) {
            // The row "excluded" of ON CONFLICT is one of composite type.
            if (!relation.group(2).equals("c")) {
                relations.add(Long.valueOf(relation.group(1)));
            }
        }
        List<String> commonTables = new ArrayList<>();
        Matcher commonTable = COMMON_TABLE.matcher(tree);
        while (commonTable.find()) {
            commonTables.add(commonTable.group(1));
        }
        relations.sort(null);
        commonTables.sort(null);
        return new ServerTree(relations, commonTables, calls(tree), columns(tree));
    }

    /**
     * The entries at the depth of the query itself; RETURNING has them where a query that changes rows has a result.
     */
    private static List<String> columns(String tree) {
        boolean writes = !tree.startsWith("{QUERY :commandType 1 ");
        int depth = 0;
        String list = "";
        List<String> columns = new ArrayList<>();
        for (int at = 0; at < tree.length(); at++) {
            char c = tree.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
            } else if (c == ':' && depth == 1) {
                list = tree.substring(at, tree.indexOf(' ', at));
            } else if (c == ':'
                    && depth == 2
                    && list.equals(writes ? ":returningList" : ":targetList")
                    && tree.startsWith(":resname ", at)) {
                Matcher name = NAME.matcher(tree).region(at, tree.length());
                if (name.lookingAt() && name.group(2).equals("false")) {
                    columns.add(name.group(1).replaceAll("\\\\(.)", "$1"));
                }
            }
        }
        return columns;
    }

    private static TreeSet<Integer> calls(String tree) {
        TreeSet<Integer> calls = new TreeSet<>();
        int[] ends = ends(tree);
        Matcher node = NODE.matcher(tree);
        while (node.find()) {
            int end = ends[node.start()];
            boolean explicit = !node.group(1).equals("FUNCEXPR")
                    || FORMAT.matcher(tree).region(node.start(), end).lookingAt();
            int location = tree.lastIndexOf(LOCATION, end);
            String place = tree.substring(location + LOCATION.length(), end - 1);
            if (explicit && !place.startsWith("-")) {
                calls.add(Integer.parseInt(place) - PREFIX.length());
            }
        }
        return calls;
    }

    /** For each opening brace the place behind the one that closes it. */
    private static int[] ends(String tree) {
        int[] ends = new int[tree.length()];
        Deque<Integer> open = new ArrayDeque<>();
        for (int at = 0; at < tree.length(); at++) {
            char c = tree.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '{') {
                open.push(at);
            } else if (c == '}') {
                ends[open.pop()] = at + 1;
            }
        }
        return ends;
    }
}
