using System.Globalization;
using System.Text.RegularExpressions;
using Leeway.Gateway.Problems;
using Leeway.Gateway.Tests.Support;
using Leeway.Tests.Storage.Postgres;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>The table of error codes, its page, and the code that gives them.</summary>
public sealed partial class ErrorPageTests
{
    [Fact]
    public void The_page_lists_each_code_of_the_table_with_its_status_and_no_other()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "errors.md"));
        string[] listed = [.. Row().Matches(page).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}").Order(StringComparer.Ordinal)];
        string[] table = [.. ProblemTable.Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Key} {row.Value.Status}")).Order(StringComparer.Ordinal)];

        Assert.Equal(table, listed);
        Assert.All(Row().Matches(page), row => Assert.All(row.Groups[3].Value.Split('|', StringSplitOptions.TrimEntries)[..2], cell => Assert.NotEmpty(cell)));
    }

    [Fact]
    public void Each_code_of_the_table_is_given_somewhere()
    {
        string sources = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "ProblemTable.cs")
            .Select(File.ReadAllText));

        Assert.All(ProblemTable.Rows.Keys, code => Assert.Contains($"\"{code}\"", sources, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_code_that_the_gateway_gives_is_in_the_table()
    {
        string[] given = [.. Directory.EnumerateFiles(Path.Combine(Root(), "src", "Leeway.Gateway"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Code().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(given);
        Assert.All(given, code => Assert.Contains(code, ProblemTable.Rows.Keys));
    }

    [Fact]
    public void Each_way_in_which_a_provider_fails_has_a_code_of_its_own()
    {
        string[] codes = [.. Enum.GetValues<ProviderErrorKind>()
            .Where(kind => kind != ProviderErrorKind.CallerLeft)
            .Select(kind => ProviderProblems.From(new ProviderError(kind, "It failed.")).Code)];

        Assert.Equal(codes.Length, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(codes, code => Assert.Contains(code, ProblemTable.Rows.Keys));
        Assert.DoesNotContain("internal_error", codes);
    }

    [Fact]
    public async Task A_broken_storage_refuses_deferred_calls_with_503_and_leaves_real_time_alone()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await TestDatabases.DamageAsync(Path.Combine(gateway.Folder, "data"), "DROP TABLE bodies");
        using HttpResponseMessage deferred = await gateway.PostAsync("/by/6h/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[]}""");
        Refusal refusal = Refusal.Read(deferred, await deferred.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using HttpResponseMessage immediate = await gateway.PostAsync("/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""");

        Assert.Equal((503, "storage_unavailable"), ((int)deferred.StatusCode, refusal.Code));
        Assert.Contains("nothing was accepted", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("true", deferred.Headers.GetValues("x-should-retry").Single());
        Assert.True(immediate.IsSuccessStatusCode);
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Leeway.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    [GeneratedRegex(@"^\| `([a-z_]+)` \| (\d{3}) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bCode = ""([a-z_]+)""")]
    private static partial Regex Code();
}
