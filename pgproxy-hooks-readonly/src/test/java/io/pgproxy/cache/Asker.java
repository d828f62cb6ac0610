package io.pgproxy.cache;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Asks questions on a connection, and compares the answers with what is known. */
final class Asker {
    static final List<String> ECHOES = List.of("one", "two", "", "null");

    private final World world;
    private final Connection connection;
    private final Random random;
    private final Map<Question, PreparedStatement> prepared = new HashMap<>();
    private final String name;
    private String parameter = "";

    Asker(World world, Connection connection, Random random, String name) {
        this.world = world;
        this.connection = connection;
        this.random = random;
        this.name = name;
    }

    /** Asks something, outside of a block or in one in which each statement sees what is committed. */
    void ask(Question question, Persona persona) throws SQLException {
        Map<String, Long> floors = world.floors();
        parameter = ECHOES.get(random.nextInt(ECHOES.size()));
        Judge judge = new Judge(world, question, parameter, persona, name);
        List<Row> rows = rows(question);
        judge.rows(rows, floors, Map.of());
        judge.complete(rows.isEmpty());
    }

    List<Row> rows(Question question) throws SQLException {
        if (question.parameters() == 0 && random.nextBoolean()) {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(question.sql())) {
                return read(result);
            }
        }
        PreparedStatement statement = prepared.get(question);
        if (statement == null) {
            statement = connection.prepareStatement(question.sql());
            prepared.put(question, statement);
        }
        if (question.extra() == Question.Extra.ECHO) {
            statement.setString(1, parameter);
        } else if (question.parameters() == 1) {
            statement.setInt(1, 1);
        }
        try (ResultSet result = statement.executeQuery()) {
            return read(result);
        }
    }

    private static List<Row> read(ResultSet result) throws SQLException {
        List<Row> rows = new ArrayList<>();
        boolean extra = result.getMetaData().getColumnCount() > 3;
        while (result.next()) {
            rows.add(new Row(
                    result.getString(1), result.getLong(2), result.getString(3), extra ? result.getString(4) : ""));
        }
        return rows;
    }
}
