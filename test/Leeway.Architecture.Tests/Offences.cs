namespace Leeway.Architecture.Tests;

/// <summary>What breaks a rule, each with its place.</summary>
internal static class Offences
{
    /// <summary>Fails with every offence in full, one a line.</summary>
    public static void AssertNone(IEnumerable<string?> offences)
    {
        string[] found = [.. offences.Select(offence => offence ?? "")];
        Assert.True(found.Length == 0, $"{found.Length} offences:\n{string.Join('\n', found)}");
    }
}
