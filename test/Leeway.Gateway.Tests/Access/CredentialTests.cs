using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.BadInput;

namespace Leeway.Gateway.Tests.Access;

/// <summary>Credentials of every kind but a valid one, on a gateway that asks for keys.</summary>
public sealed class CredentialTests(LockedGateway locked) : IClassFixture<LockedGateway>
{
    private static readonly (string Method, string Path, string? Body)[] s_calls =
    [
        ("POST", "/v1/chat/completions", AccessBench.Chat),
        ("POST", "/by/6h/v1/embeddings", """{"model":"text-embedding-3-small","input":"x"}"""),
        ("GET", "/v1/models", null),
        ("GET", "/leeway/requests", null),
        ("POST", "/leeway/runs/run_00000000000000000000000000000001/seal", null),
        ("GET", "/nothing", null),
    ];

    [Theory]
    [InlineData("{key}")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer ' OR 1=1--")]
    [InlineData("Bearer null")]
    [InlineData("Bearer undefined")]
    [InlineData("Bearer *")]
    [InlineData("Bearer sk-proj-0000000000000000000000000000000000000000")]
    [InlineData("Basic {key}")]
    [InlineData("Bearer{key}")]
    [InlineData("Bearer: {key}")]
    [InlineData("Bearer Bearer {key}")]
    [InlineData("Bearer \"{key}\"")]
    [InlineData("Bearer {key}x")]
    [InlineData("Bearer {key},")]
    [InlineData("Bearer {key}, Bearer {key}")]
    [InlineData("Bearer {key} {other}")]
    [InlineData("Bearer {cut}")]
    [InlineData("Bearer {start}")]
    [InlineData("Bearer {likeness}")]
    [InlineData("Bearer {upper}")]
    [InlineData("Bearer {hash}")]
    [InlineData("Bearer {hash64}")]
    [InlineData("Bearer {id}")]
    [InlineData("Bearer {admin}")]
    [InlineData("Bearer {long}")]
    public async Task No_Authorization_but_a_whole_key_is_let_in(string value) => await AssertNobodyAsync(401, "invalid_api_key", ("Authorization", locked.Fill(value)));

    [Theory]
    [InlineData("Bearer {key}")]
    [InlineData("{cut}")]
    [InlineData("{hash}")]
    [InlineData("{hash64}")]
    [InlineData("{admin}")]
    [InlineData("{long}")]
    [InlineData("{id}")]
    [InlineData("' OR 1=1--")]
    public async Task No_x_api_key_but_a_whole_key_is_let_in(string value) => await AssertNobodyAsync(401, "invalid_api_key", ("x-api-key", locked.Fill(value)));

    [Fact]
    public async Task A_value_that_is_a_key_in_one_header_is_none_in_the_other()
    {
        Assert.Equal(200, await locked.Gateway.StatusAsync(locked.Key.Secret, path: "/v1/models"));
        await AssertNobodyAsync(401, "invalid_api_key", ("x-api-key", locked.Fill("Bearer {key}")));
        Assert.Equal(200, await locked.Gateway.StatusAsync(locked.Key.Secret, path: "/v1/models"));
    }

    [Fact]
    public async Task A_call_without_a_key_is_told_how_to_send_one()
    {
        await AssertNobodyAsync(401, "invalid_api_key");
        using HttpResponseMessage answer = await locked.Gateway.CallAsync(null, HttpMethod.Get, "/v1/models");
        JsonElement error = AccessBench.Json(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error");

        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Contains("Authorization: Bearer lwk_…", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?key={key}")]
    [InlineData("?api_key={key}")]
    [InlineData("?api-key={key}")]
    [InlineData("?access_token={key}")]
    [InlineData("?Authorization=Bearer%20{key}")]
    [InlineData("?x-api-key={key}")]
    public async Task A_key_in_the_query_is_not_read(string query) => Assert.Equal(401, await locked.Gateway.StatusAsync(null, path: "/v1/models" + locked.Fill(query)));

    [Theory]
    [InlineData("Cookie", "Authorization=Bearer {key}; x-api-key={key}")]
    [InlineData("Proxy-Authorization", "Bearer {key}")]
    [InlineData("api-key", "{key}")]
    [InlineData("X-Forwarded-Authorization", "Bearer {key}")]
    [InlineData("x-goog-api-key", "{key}")]
    public async Task A_key_in_another_header_is_not_read(string name, string value) => await AssertNobodyAsync(401, "invalid_api_key", (name, locked.Fill(value)));

    [Theory]
    [InlineData("Authorization", "Bearer {key}", "x-api-key", "{other}")]
    [InlineData("Authorization", "Bearer {other}", "x-api-key", "{key}")]
    [InlineData("Authorization", "Bearer {key}", "x-api-key", "nonsense")]
    [InlineData("Authorization", "Bearer nonsense", "x-api-key", "{key}")]
    [InlineData("Authorization", "Bearer {key}", "x-api-key", "Bearer {key}")]
    public async Task Two_credentials_are_refused_whoever_they_belong_to(string one, string first, string two, string second) =>
        await AssertNobodyAsync(400, "ambiguous_credentials", (one, locked.Fill(first)), (two, locked.Fill(second)));

    [Theory]
    [InlineData("Authorization: Bearer {key}", "Authorization: Bearer {other}")]
    [InlineData("Authorization: Bearer {key}", "Authorization: Bearer {key}")]
    [InlineData("Authorization: Bearer {key}", "authorization: Basic x")]
    [InlineData("x-api-key: {key}", "X-API-KEY: {other}")]
    [InlineData("x-api-key: {key}", "x-api-key: {key}")]
    public async Task The_same_header_twice_is_refused(string one, string two)
    {
        string answer = await SendRawAsync(one, two);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"ambiguous_credentials\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer ｌｗｋ＿{key}")]
    [InlineData("Bearer lwk_аААААААААААААААААААААААААААААААААААААААААААА")]
    [InlineData("Bearer lwk_\u200b{key}")]
    [InlineData("Bearer {key}\u0301")]
    [InlineData("Веаrеr {key}")]
    [InlineData("Bearer {hint}")]
    public async Task Letters_that_look_alike_are_others(string value)
    {
        string answer = await SendRawAsync($"Authorization: {value}");

        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"invalid_api_key\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", "Bearer {key}", null, null)]
    [InlineData("Authorization", "bearer {key}", null, null)]
    [InlineData("authorization", "BEARER {key}", null, null)]
    [InlineData("Authorization", "Bearer   {key}", null, null)]
    [InlineData("x-api-key", "{key}", null, null)]
    [InlineData("X-Api-Key", "{key}", null, null)]
    [InlineData("Authorization", "Bearer {key}", "x-api-key", "{key}")]
    [InlineData("Authorization", "", "x-api-key", "{key}")]
    public async Task A_key_is_let_in_however_it_is_sent(string one, string first, string? two, string? second)
    {
        (string, string)[] headers = two is null ? [(one, locked.Fill(first))] : [(one, locked.Fill(first)), (two, locked.Fill(second!))];

        // More than once: what the first call learns, the later ones use.
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(200, await locked.Gateway.StatusAsync(null, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat, headers));
        }
    }

    [Theory]
    [InlineData("Authorization: Bearer {key}\0")]
    [InlineData("Authorization: Bearer lwk_\0{key}")]
    [InlineData("Authorization: Bearer lwk_\rX: {key}")]
    [InlineData("Authorization: Bearer \r\n {key}")]
    [InlineData("Authorization: Bearer \nx-api-key: {key}\0")]
    [InlineData("Authorization : Bearer {key}")]
    [InlineData("x-api-key: \t\0{key}")]
    public async Task Control_characters_let_nobody_in(string header)
    {
        (long, int) before = await locked.TracesAsync();
        string answer = await SendRawAsync(header);

        Assert.Matches("^HTTP/1.1 40[01] ", answer);
        Assert.Equal(before, await locked.TracesAsync());
    }

    [Fact]
    public async Task A_token_of_a_megabyte_ends_at_the_limit_of_headers_before_anybody_looks_at_it()
    {
        string answer = await RawHttp.SendAsync(
            locked.Gateway.Host.PublicUrl, RawHttp.Post("/v1/chat/completions", "{}", "Authorization: Bearer " + new string('a', 1_000_000), "Content-Length: 2"));

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_never_comes_does_not_hold_up_the_refusal()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(locked.Gateway.Host.PublicUrl.Host, locked.Gateway.Host.PublicUrl.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 200000000\r\n\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken);
        byte[] answer = new byte[12];
        await stream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);

        Assert.Equal("HTTP/1.1 401", Encoding.ASCII.GetString(answer));
    }

    // As no HTTP client would send it; headers may hold any bytes.
    private Task<string> SendRawAsync(params string[] headers) => RawHttp.SendAsync(
        locked.Gateway.Host.PublicUrl,
        Encoding.UTF8.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {AccessBench.Chat.Length}\r\n"
            + string.Concat(headers.Select(header => locked.Fill(header) + "\r\n")) + "\r\n" + AccessBench.Chat));

    private async Task AssertNobodyAsync(int status, string code, params (string Name, string Value)[] headers)
    {
        (long, int) before = await locked.TracesAsync();
        foreach ((string method, string path, string? body) in s_calls)
        {
            using HttpResponseMessage answer = await locked.Gateway.CallAsync(null, new HttpMethod(method), path, body, headers);
            string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {text}");
            Refusal refusal = Refusal.Read(answer, text);
            Assert.Equal(code, refusal.Code);

            // Nothing that was sent comes back, and nothing of the keys.
            Assert.DoesNotContain(locked.Key.Secret, text, StringComparison.Ordinal);
            Assert.All(headers, header => Assert.True(header.Value.Length < 12 || !text.Contains(header.Value, StringComparison.Ordinal), text));
        }

        Assert.Equal(before, await locked.TracesAsync());
    }
}
