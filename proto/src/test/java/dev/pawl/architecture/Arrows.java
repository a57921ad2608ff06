package dev.pawl.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The packages of one module, and what they may lean on.
 *
 * <p>A rule about packages that do not exist yet holds, so a new room needs no change here.
 */
public final class Arrows {
  private final JavaClasses classes;

  private Arrows(JavaClasses classes) {
    this.classes = classes;
  }

  /** The production classes of these packages, with all below them. */
  public static Arrows of(String... packages) {
    return new Arrows(
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(packages));
  }

  /** Of all packages of Pawl, only these may be used. */
  public void useOnly(String... allowed) {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAPackage("dev.pawl..").and(not(resideInAnyPackage(allowed))))
        .because("dependencies point one way")
        .allowEmptyShould(true)
        .check(classes);
  }

  /** None of these packages, of Pawl or of a library, may be used. */
  public void never(String because, String... forbidden) {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .because(because)
        .allowEmptyShould(true)
        .check(classes);
  }

  /** As {@link #never}, for the classes in one package only. */
  public void neverIn(String room, String because, String... forbidden) {
    noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .because(because)
        .allowEmptyShould(true)
        .check(classes);
  }

  /** As {@link #never}, for every class outside one package. */
  public void onlyIn(String room, String because, String... forbidden) {
    noClasses()
        .that()
        .resideOutsideOfPackage(room)
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .because(because)
        .allowEmptyShould(true)
        .check(classes);
  }

  /**
   * Rules decide from their arguments alone: classes with this ending know none of these packages.
   */
  public void neverInClassesNamed(String ending, String because, String... forbidden) {
    noClasses()
        .that()
        .haveSimpleNameEndingWith(ending)
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .because(because)
        .allowEmptyShould(true)
        .check(classes);
  }

  /** Time is handed in as an {@link InstantSource}. */
  public void neverReadTheClock() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(InstantSource.class, "system")
        .because("only a main reads the clock; everyone else is handed an InstantSource")
        .allowEmptyShould(true)
        .check(classes);
  }
}
