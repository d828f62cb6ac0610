package io.pgproxy.cache;

import java.util.List;
import java.util.Map;

/** Compares the answers to a question with what is known. */
final class Judge {
    private final World world;
    private final Question question;
    private final String parameter;
    private final Persona persona;
    private final long generation;
    private final String how;

    /**
     * For one asking, before it is sent.
     *
     * @param parameter what is to come back, if the question has an echo
     * @param name who asks
     */
    Judge(World world, Question question, String parameter, Persona persona, String name) {
        this.world = world;
        this.question = question;
        this.parameter = parameter;
        this.persona = persona;
        this.generation = world.generationFloor.get();
        this.how = name + " " + persona + " " + question.sql();
    }

    /**
     * Compares rows that have just been read.
     *
     * @param floors the versions below which nothing may be read
     * @param own the very versions of what the session has written in this transaction
     */
    void rows(List<Row> rows, Map<String, Long> floors, Map<String, Long> own) {
        long until = System.nanoTime();
        for (Row row : rows) {
            Long mine = own.get(row.slot());
            if (mine == null) {
                world.check(row, floors, until, how);
            } else {
                world.checkOwn(row, mine, how);
            }
            extra(row);
        }
    }

    /** Rows were not to be found that are always there. */
    void complete(boolean isEmpty) {
        if (isEmpty && !question.sql().contains("cleared")) {
            world.fault("nothing was read; " + how);
        }
    }

    private void extra(Row row) {
        switch (question.extra()) {
            case TIME -> expect(persona.noon(), row.extra(), row);
            case USER -> expect(persona.user(), row.extra(), row);
            case ECHO -> expect(parameter, row.extra(), row);
            case OWNER -> {
                if (!persona.sees(row.extra())) {
                    world.fault("of another user: " + row + "; " + how);
                }
            }
            case PATH -> expect(persona.path(), row.slot(), row);
            case GENERATION -> {
                long shown = Long.parseLong(row.extra());
                expect(shown % 2 == 0 ? "plain" : "part", row.slot(), row);
                if (shown < generation) {
                    world.fault("superseded: the view of generation " + generation + " shows " + row + "; " + how);
                }
                world.generationFloor.accumulateAndGet(shown, Math::max);
            }
            case NONE -> {}
        }
    }

    private void expect(String expected, String seen, Row row) {
        if (!expected.equals(seen)) {
            world.fault("of another session: " + row + " instead of " + expected + "; " + how);
        }
    }
}
