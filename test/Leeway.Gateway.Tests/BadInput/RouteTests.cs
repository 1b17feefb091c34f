namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Paths, methods, ids and query parameters that do not exist.</summary>
[Collection(QuietCollection.Name)]
public sealed class RouteTests(QuietGateway quiet)
{
    private const string NoRequest = "req_00000000000000000000000000000000";

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/v1")]
    [InlineData("GET", "/v1/nothing")]
    [InlineData("POST", "/v1/moderations")]
    [InlineData("POST", "/v1/../admin/seal")]
    [InlineData("POST", "/V1/chat/completions")]
    [InlineData("POST", "/v1/chat/completions/")]
    [InlineData("GET", "/v1/nothing.json")]
    [InlineData("GET", "/favicon.ico")]
    [InlineData("POST", "/by/6h/v2/chat/completions")]
    [InlineData("POST", "/by/v1")]
    [InlineData("GET", "/leeway")]
    [InlineData("GET", "/leeway/batches")]
    [InlineData("GET", "/admin/queue")]
    [InlineData("POST", "/admin/webhooks")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/health/ready")]
    public async Task An_unknown_path_is_404_on_the_public_listener(string method, string path) => await quiet.AssertRefusedAsync(
        await quiet.SendAsync(new HttpMethod(method), path, method == "POST" ? "{}"u8.ToArray() : null), 404, "not_found", "path", "nothing at '/", "/v1/chat/completions");

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/admin")]
    [InlineData("GET", "/admin/keys.json")]
    [InlineData("POST", "/v1/chat/completions")]
    [InlineData("GET", "/leeway/requests")]
    public async Task An_unknown_path_is_404_on_the_admin_listener(string method, string path)
    {
        byte[]? body = method == "POST" ? """{"model":"gpt-4o-mini","messages":[]}"""u8.ToArray() : null;
        await quiet.AssertRefusedAsync(await quiet.SendAsync(new HttpMethod(method), path, body, admin: true), 404, "not_found", "path", $"nothing at '{path}'");
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", "POST", false)]
    [InlineData("PUT", "/v1/embeddings", "POST", false)]
    [InlineData("OPTIONS", "/by/6h/v1/chat/completions", "POST", false)]
    [InlineData("POST", "/v1/models", "GET", false)]
    [InlineData("DELETE", "/v1/models/gpt-4o-mini", "GET", false)]
    [InlineData("POST", "/leeway/requests", "GET", false)]
    [InlineData("DELETE", "/leeway/requests/" + NoRequest, "GET", false)]
    [InlineData("GET", "/leeway/requests/" + NoRequest + "/cancel", "POST", false)]
    [InlineData("GET", "/leeway/runs/run_00000000000000000000000000000000/requests", "POST", false)]
    [InlineData("POST", "/admin/queue", "GET", true)]
    [InlineData("GET", "/admin/seal", "POST", true)]
    [InlineData("DELETE", "/admin/cost", "GET", true)]
    [InlineData("BREW", "/health/live", "GET", true)]
    public async Task A_wrong_method_is_405_with_the_right_one(string method, string path, string allow, bool admin)
    {
        HttpResponseMessage answer = await quiet.SendAsync(new HttpMethod(method), path, admin: admin);

        Assert.Contains(allow, answer.Content.Headers.Allow);
        await quiet.AssertRefusedAsync(answer, 405, "method_not_allowed", "method", $"does not take {method}", allow);
    }

    [Theory]
    [InlineData("/leeway/requests?limit=0", "limit", "'0'", "from 1 to 1000")]
    [InlineData("/leeway/requests?limit=-1", "limit", "'-1'", "from 1 to 1000")]
    [InlineData("/leeway/requests?limit=1001", "limit", "'1001'", "from 1 to 1000")]
    [InlineData("/leeway/requests?limit=1e3", "limit", "'1e3'", "from 1 to 1000")]
    [InlineData("/leeway/requests?limit=99999999999999", "limit", "'99999999999999'", "from 1 to 1000")]
    [InlineData("/leeway/requests?limit=5&limit=6", "limit", "'5,6'", "from 1 to 1000")]
    [InlineData("/leeway/requests?state=done", "state", "'done'", "queued, sealed")]
    [InlineData("/leeway/requests?state=queued,", "state", "''", "queued, sealed")]
    [InlineData("/leeway/requests?state=1", "state", "'1'", "queued, sealed")]
    [InlineData("/leeway/requests?state=Queued", "state", "'Queued'", "queued, sealed")]
    [InlineData("/leeway/requests?priority=high", "priority", "'high'", "urgent, standard, low")]
    [InlineData("/leeway/requests?run=run_1", "run", "'run_1'", "run_…")]
    [InlineData("/leeway/requests?batch=batch_abc", "batch", "'batch_abc'", "batch_…")]
    [InlineData("/leeway/requests?after=x", "after", "'x'", "req_…")]
    [InlineData("/leeway/requests?after=REQ_00000000000000000000000000000000", "after", "'REQ_0", "req_…")]
    [InlineData("/leeway/requests?after=req_0000000000000000000000000000000A", "after", "'req_0", "req_…")]
    [InlineData("/leeway/requests?sate=failed", "sate", "'failed'", "this route knows state, run")]
    [InlineData("/leeway/runs/run_00000000000000000000000000000000/results?limit=-5", "limit", "'-5'", "from 1 to 1000")]
    [InlineData("/leeway/runs/run_00000000000000000000000000000000/results?after=%00", "after", "'\uFFFD'", "req_…")]
    public async Task A_bad_query_parameter_is_refused_on_the_public_listener(string path, string field, params string[] said) =>
        await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Get, path), 400, "invalid_parameter", field, said);

    [Theory]
    [InlineData("/admin/batches?limit=abc", "limit", "'abc'", "from 1 to 1000")]
    [InlineData("/admin/batches?after=req_00000000000000000000000000000000", "after", "'req_0", "batch_…")]
    [InlineData("/admin/batches?state=sealed", "state", "'sealed'", "knows after, limit")]
    [InlineData("/admin/cost?by=team", "by", "'team'", "total, model, priority, lane, key, deployment")]
    [InlineData("/admin/cost?since=yesterday", "since", "'yesterday'", "RFC 3339")]
    [InlineData("/admin/cost?since=1/2/2026", "since", "'1/2/2026'", "RFC 3339")]
    [InlineData("/admin/cost?since=2026-01-01", "since", "'2026-01-01'", "RFC 3339")]
    [InlineData("/admin/cost?since=2026-01-01T00:00:00", "since", "'2026-01-01T00:00:00'", "RFC 3339")]
    [InlineData("/admin/cost?until=2026-02-30T00:00:00Z", "until", "'2026-02-30T00:00:00Z'", "RFC 3339")]
    [InlineData("/admin/cost?since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z", "until", "'2026-01-01T00:00:00Z'", "later than since")]
    [InlineData("/admin/cost?from=2026-01-01T00:00:00Z", "from", "'2026-01-01T00:00:00Z'", "by, since, until")]
    [InlineData("/admin/deliveries?webhook=1", "webhook", "'1'", "whk_…")]
    [InlineData("/admin/deliveries?state=lost", "state", "'lost'", "pending, ", "delivered")]
    [InlineData("/admin/deliveries?after=dlv_", "after", "'dlv_'", "dlv_…")]
    public async Task A_bad_query_parameter_is_refused_on_the_admin_listener(string path, string field, params string[] said) =>
        await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Get, path, admin: true), 400, "invalid_parameter", field, said);

    [Theory]
    [InlineData("req_00000000000000000000000000000000")]
    [InlineData("REQ_00000000000000000000000000000000")]
    [InlineData("req_")]
    [InlineData("batch_68f0a9d8")]
    [InlineData("%2e%2e%2fadmin")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("' OR 1=1 --")]
    [InlineData("%F0%9F%92%A9")]
    public async Task A_garbage_request_id_is_404(string id)
    {
        await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Get, $"/leeway/requests/{id}"), 404, "not_found", "id", "There is no request '");
        await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Post, $"/leeway/requests/{id}/cancel"), 404, "not_found", "id", "There is no request '");
    }

    [Fact]
    public async Task An_id_of_a_thousand_characters_is_404_and_shortened() =>
        await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Get, $"/leeway/requests/{new string('r', 1000)}"), 404, "not_found", "id", "rrr…'");

    [Theory]
    [InlineData("GET", "/admin/batches/batch_1", "batch")]
    [InlineData("GET", "/admin/batches/batch_00000000000000000000000000000000", "batch")]
    [InlineData("GET", "/admin/batches/batch_00000000000000000000000000000000/errors", "batch")]
    [InlineData("GET", "/admin/webhooks/whk_1", "webhook endpoint")]
    [InlineData("POST", "/admin/webhooks/whk_00000000000000000000000000000000/enable", "webhook endpoint")]
    [InlineData("POST", "/admin/webhooks/x/disable", "webhook endpoint")]
    [InlineData("POST", "/admin/webhooks/x/ping", "webhook endpoint")]
    [InlineData("POST", "/admin/deliveries/dlv_1/replay", "delivery")]
    [InlineData("POST", "/admin/deliveries/dlv_00000000000000000000000000000000/replay", "delivery")]
    public async Task A_garbage_id_is_404_on_the_admin_listener(string method, string path, string what) => await quiet.AssertRefusedAsync(
        await quiet.SendAsync(new HttpMethod(method), path, admin: true), 404, "not_found", "id", $"There is no {what} '");

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/requests")]
    [InlineData("POST", "/seal")]
    [InlineData("POST", "/cancel")]
    [InlineData("GET", "/results")]
    public async Task A_run_id_that_is_none_is_refused(string method, string rest) => await quiet.AssertRefusedAsync(
        await quiet.SendAsync(new HttpMethod(method), $"/leeway/runs/my-run{rest}"), 400, "invalid_parameter", "run", "'my-run'", "32 lower-case hexadecimal digits");

    [Fact]
    public async Task A_run_that_never_was_is_404() => await quiet.AssertRefusedAsync(
        await quiet.SendAsync(HttpMethod.Get, "/leeway/runs/run_00000000000000000000000000000000"), 404, "not_found", "id", "There is no run '");

    [Theory]
    [InlineData("/admin/seal", true)]
    [InlineData("/leeway/runs/run_01a21081f62877d4be0bbe13a0ec4f11/cancel", false)]
    public async Task A_page_of_another_site_cannot_press_a_button(string path, bool admin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { "Sec-Fetch-Site", "cross-site" }, { "Origin", "https://evil.example" } } };
        using HttpResponseMessage answer = await (admin ? quiet.Gateway.Admin : quiet.Gateway.Http).SendAsync(request, TestContext.Current.CancellationToken);

        await quiet.AssertRefusedAsync(answer, 403, "cross_site_refused", "Sec-Fetch-Site", "cross-site");
    }
}
