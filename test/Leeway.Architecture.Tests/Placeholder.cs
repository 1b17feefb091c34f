namespace Placeholder;
public sealed class SolutionTests { [Fact] public void The_solution_builds() => Assert.NotNull(typeof(SolutionTests).Assembly.Location); }
