package io.pgproxy.sql;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The module stands alone, and each library is known to one package of it. */
@AnalyzeClasses(packages = "io.pgproxy.sql", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_MODULE_KNOWS_NEITHER_NETTY_NOR_THE_PROXY = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.pgproxy.sql..",
                    "net.sf.jsqlparser..",
                    "com.github.benmanes.caffeine..",
                    "org.jspecify..",
                    "javax.sql..",
                    "java..");

    @ArchTest
    static final ArchRule THE_PARSER_IS_KNOWN_TO_THE_READERS_OF_STRUCTURE_ONLY = noClasses()
            .that()
            .resideOutsideOfPackage("io.pgproxy.sql.internal.structure")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.sf.jsqlparser..");

    @ArchTest
    static final ArchRule SERVERS_ARE_KNOWN_TO_THE_CATALOGUE_ONLY = noClasses()
            .that()
            .resideOutsideOfPackage("io.pgproxy.sql.catalog")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..");

    @ArchTest
    static final ArchRule CACHES_ARE_KNOWN_TO_THE_ANALYZER_ONLY = noClasses()
            .that()
            .resideOutsideOfPackage("io.pgproxy.sql")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.github.benmanes.caffeine..");

    @ArchTest
    static final ArchRule THE_LEXER_DEPENDS_ON_NOTHING = classes()
            .that()
            .resideInAPackage("io.pgproxy.sql.lexer")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.pgproxy.sql.lexer", "org.jspecify..", "java..");

    @ArchTest
    static final ArchRule CLASSIFYING_NEEDS_TOKENS_ONLY = noClasses()
            .that()
            .resideInAnyPackage("io.pgproxy.sql.internal.classify", "io.pgproxy.sql.internal.text")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.pgproxy.sql.catalog", "io.pgproxy.sql.structure", "io.pgproxy.sql.internal.structure");
}
