namespace Leeway.Architecture.Tests;

/// <summary>A top-level type as it is declared.</summary>
/// <param name="Modifiers">Such as <c>public sealed </c>.</param>
/// <param name="Kind"><c>class</c>, <c>record</c>, …</param>
/// <param name="Name">Without type parameters.</param>
/// <param name="Generic"><c>&lt;T&gt;</c> or empty.</param>
internal sealed record TypeDeclaration(string Modifiers, string Kind, string Name, string Generic);
