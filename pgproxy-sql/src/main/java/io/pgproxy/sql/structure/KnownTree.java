package io.pgproxy.sql.structure;

import java.util.List;

/**
 * What a statement names and where: read by us and by JSqlParser, and both say the same. Names are those that the text
 * has; what PostgreSQL makes of them depends on its catalogue (views, partitions, search_path). Calls that no text
 * shows stay unseen: operators, casts, {@code row.function}, and what views, triggers, defaults and types bring. Of
 * EXPLAIN, PREPARE, DECLARE and COPY it is the structure of the statement that they hold.
 *
 * @param levels the statement and the queries within it, in the order in which they begin
 * @param relations tables, views and references to common tables, in the order of the text
 * @param commonTables the queries of WITH clauses, in the order of the text
 * @param functions what is called by a visible name, in the order of the text
 * @param columns the statement's result, as far as the text tells; empty if it has none
 * @param parameters each place of a {@code $n}, in the order of the text
 */
public record KnownTree(
        List<QueryLevel> levels,
        List<Relation> relations,
        List<CommonTable> commonTables,
        List<FunctionCall> functions,
        List<OutputColumn> columns,
        List<ParameterUse> parameters)
        implements SqlTree {
    /**
     * Copies the lists.
     *
     * @param levels the queries within the statement
     * @param relations tables, views and references to common tables
     * @param commonTables the queries of WITH clauses
     * @param functions what is called
     * @param columns the statement's result
     * @param parameters each place of a parameter
     */
    public KnownTree {
        levels = List.copyOf(levels);
        relations = List.copyOf(relations);
        commonTables = List.copyOf(commonTables);
        functions = List.copyOf(functions);
        columns = List.copyOf(columns);
        parameters = List.copyOf(parameters);
    }

    /**
     * The relations whose rows the statement may see: those of FROM and USING, and the targets of UPDATE, DELETE and
     * MERGE; those of INSERT too, since RETURNING and ON CONFLICT show rows. References to common tables are left out.
     *
     * @return in the order of the text
     */
    public List<Relation> relationsRead() {
        return relations.stream()
                .filter(relation -> relation.isStored()
                        && relation.use() != RelationUse.CREATE
                        && relation.use() != RelationUse.TRUNCATE)
                .toList();
    }

    /**
     * The relations that the statement changes or makes.
     *
     * @return in the order of the text
     */
    public List<Relation> relationsWritten() {
        return relations.stream()
                .filter(relation -> relation.use() != RelationUse.READ)
                .toList();
    }

    @Override
    public KnownTree at(Places places) {
        return new KnownTree(
                levels.stream().map(level -> level.at(places)).toList(),
                relations.stream().map(relation -> relation.at(places)).toList(),
                commonTables.stream().map(table -> table.at(places)).toList(),
                functions.stream().map(function -> function.at(places)).toList(),
                columns.stream().map(column -> column.at(places)).toList(),
                parameters.stream().map(parameter -> parameter.at(places)).toList());
    }
}
