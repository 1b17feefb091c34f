using System.Text.Json;
using Leeway.Gateway.Configuration;

namespace Leeway.Tests.Configuration;

public sealed class SecretTests
{
    [Theory]
    [InlineData("top-secret\n")]
    [InlineData("top-secret\r\n")]
    [InlineData("top-secret")]
    public void A_secret_file_loses_its_end_of_line(string content)
    {
        using ConfigFolder folder = Provider("${file:key.txt}");
        folder.Write("key.txt", content);
        Secret secret = folder.LoadClean().Providers["openai"].ApiKey!;

        Assert.Equal("top-secret", secret.Reveal());
        Assert.Equal("file:key.txt", secret.Origin);
    }

    [Theory]
    [InlineData("${env:MISSING}", "the environment variable MISSING is not set; set MISSING or remove providers.openai.api_key")]
    [InlineData("${env:EMPTY}", "the environment variable EMPTY is empty; set EMPTY")]
    [InlineData("${file:missing.txt}", "the file missing.txt is not there; write the value into missing.txt or remove providers.openai.api_key")]
    [InlineData("${file:empty.txt}", "the file empty.txt is empty")]
    [InlineData("${file:newline.txt}", "the file newline.txt is empty")]
    [InlineData("${file:.}", "the file . ")]
    [InlineData("${env:}", "this is not a reference; write ${env:NAME} or ${file:/path}")]
    [InlineData("${vault:x}", "this is not a reference")]
    [InlineData("${env:MISSING", "this is not a reference")]
    [InlineData("${env:CONTROL}", "the value is not a secret: it holds a control character")]
    public void A_reference_that_leads_nowhere_names_the_field_and_the_remedy(string reference, string expected)
    {
        using ConfigFolder folder = Provider(reference);
        folder.Environment["EMPTY"] = "";
        folder.Environment["CONTROL"] = "sk\r\nX-Evil: 1";
        folder.Write("empty.txt", "");
        folder.Write("newline.txt", "\n");

        Assert.StartsWith($"leeway.yaml:4:14 providers.openai.api_key: {expected}", folder.LoadProblem(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_admin_token_is_refused_without_being_repeated()
    {
        using ConfigFolder folder = new("server: { admin_token: \"${env:TOKEN}\" }\n");
        folder.Environment["TOKEN"] = "hunter2";

        Assert.Equal(
            "leeway.yaml:1:24 server.admin_token: has 7 characters, which can be guessed; use at least 16, e.g. from `openssl rand -hex 32`",
            folder.LoadProblem());
    }

    [Fact]
    public void A_secret_written_out_is_a_warning_that_does_not_repeat_it()
    {
        using ConfigFolder folder = Provider("sk-live-123");
        ConfigResult result = folder.Load();

        ConfigProblem problem = Assert.Single(result.Problems);
        Assert.Equal(ConfigSeverity.Warning, problem.Severity);
        Assert.DoesNotContain("sk-live", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal("sk-live-123", result.Config!.Providers["openai"].ApiKey!.Reveal());
    }

    [Fact]
    public void A_secret_set_by_a_variable_of_its_own_draws_no_warning()
    {
        using ConfigFolder folder = Provider("${env:MISSING}");
        folder.Environment["LEEWAY__PROVIDERS__OPENAI__API_KEY"] = "sk-from-env";

        Assert.Equal("env:LEEWAY__PROVIDERS__OPENAI__API_KEY", folder.LoadClean().Providers["openai"].ApiKey!.Origin);
    }

    [Fact]
    public void A_reference_may_stand_for_any_value_and_a_bad_one_is_not_shown()
    {
        using ConfigFolder folder = new("hold: { max: \"${env:MAX}\" }");
        folder.Environment["MAX"] = "3m";
        Assert.Equal(TimeSpan.FromMinutes(3), folder.LoadClean().Hold.Max);

        folder.Environment["MAX"] = "private";
        Assert.Equal("leeway.yaml:1:14 hold.max: the value is not a duration; write it like 5m", folder.LoadProblem());
    }

    [Fact]
    public void A_secret_is_neither_printed_nor_serialised()
    {
        Secret secret = new("sk-live-123", "env:X");
        ProviderConfig provider = new() { ApiKey = secret };

        Assert.Equal("***", $"{secret}");
        Assert.DoesNotContain("sk-live", provider.ToString(), StringComparison.Ordinal);
        Assert.Equal("\"***\"", JsonSerializer.Serialize(secret));
        Assert.DoesNotContain("sk-live", JsonSerializer.Serialize(provider), StringComparison.Ordinal);
    }

    private static ConfigFolder Provider(string key) => new($"providers:\n  openai:\n    kind: openai\n    api_key: \"{key}\"\n");
}
