package io.pgproxy.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** An example shows what every host can do. */
@AnalyzeClasses(packages = "io.pgproxy.examples", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule EXAMPLES_USE_WHAT_IS_EXPORTED =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.pgproxy..internal..");
}
