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
    private static final List<String> ECHOES = List.of("one", "two", "", "null");

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
    List<Row> ask(Question question, Persona persona, Map<String, Long> own) throws SQLException {
        Map<String, Long> floors = world.floors();
        own.forEach((slot, version) -> floors.merge(slot, version, Math::max));
        long generation = world.generationFloor.get();
        List<Row> rows = rows(question);
        long until = System.nanoTime();
        String how = name + " " + persona + " " + question.sql();
        for (Row row : rows) {
            world.check(row, floors, until, how);
            checkExtra(question, row, persona, generation, how);
        }
        if (rows.isEmpty() && !question.sql().contains("cleared")) {
            world.fault("nothing was read; " + how);
        }
        return rows;
    }

    List<Row> rows(Question question) throws SQLException {
        parameter = ECHOES.get(random.nextInt(ECHOES.size()));
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

    private void checkExtra(Question question, Row row, Persona persona, long generation, String how) {
        switch (question.extra()) {
            case TIME -> expect(persona.noon(), row.extra(), row, how);
            case USER -> expect(persona.user(), row.extra(), row, how);
            case ECHO -> expect(parameter, row.extra(), row, how);
            case OWNER -> {
                if (!persona.sees(row.extra())) {
                    world.fault("of another user: " + row + "; " + how);
                }
            }
            case PATH -> expect(persona.path(), row.slot(), row, how);
            case GENERATION -> {
                long shown = Long.parseLong(row.extra());
                expect(shown % 2 == 0 ? "plain" : "part", row.slot(), row, how);
                if (shown < generation) {
                    world.fault("superseded: the view of generation " + generation + " shows " + row + "; " + how);
                }
            }
            case NONE -> {}
        }
    }

    private void expect(String expected, String seen, Row row, String how) {
        if (!expected.equals(seen)) {
            world.fault("of another session: " + row + " instead of " + expected + "; " + how);
        }
    }
}
