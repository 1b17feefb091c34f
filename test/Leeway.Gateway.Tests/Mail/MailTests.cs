using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Access;
using Leeway.Gateway.Tests.Batches;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Mail;

/// <summary>From the registration of an address to the mail that arrives at a real SMTP server.</summary>
public sealed class MailTests
{
    private const string Secret = "the prompt that nobody else may read";

    [Fact]
    public async Task The_end_of_a_request_is_told_with_its_money_and_without_a_word_of_prompt_or_answer()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp), server: "public_url: \"https://leeway.example.com/\"");
        string mailId = await RegisterAsync(gateway, "ops@example.com");
        string id = await EnqueueAsync(gateway, Secret, mailId);
        SmtpServer.Mail mail = await smtp.NextAsync();
        JsonElement delivery = Assert.Single(await DeliveriesWhenAsync(gateway, "delivered"));
        string answer = (await gateway.ShowAsync(id)).GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

        Assert.Equal("ops@example.com", Assert.Single(mail.To));
        Assert.Equal($"Request succeeded: gpt-4o-mini, {id}", mail.Message.Subject);
        Assert.Equal($"{delivery.GetProperty("id").GetString()}@gateway.example", mail.Message.MessageId);
        Assert.Equal(("mail", mailId, id), (delivery.GetProperty("channel").GetString(), delivery.GetProperty("target").GetString(), delivery.GetProperty("subject").GetString()));
        foreach (string body in (string[])[mail.Message.TextBody!, mail.Message.HtmlBody!])
        {
            Assert.Contains($"https://leeway.example.com/leeway/requests/{id}", body, StringComparison.Ordinal);
            Assert.Contains("in real time (50 %)", body, StringComparison.Ordinal);
            Assert.Contains(", met", body, StringComparison.Ordinal);
            Assert.DoesNotContain("prompt", body, StringComparison.Ordinal);
            Assert.DoesNotContain(answer, body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_answer_is_in_the_mail_once_the_configuration_wants_it()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp, ", include_answers: true"));
        string id = await EnqueueAsync(gateway, Secret, await RegisterAsync(gateway, "ops@example.com"));
        SmtpServer.Mail mail = await smtp.NextAsync();
        string answer = (await gateway.ShowAsync(id)).GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

        Assert.Contains($"> {answer.Split('\n')[0]}", mail.Message.TextBody, StringComparison.Ordinal);
        Assert.Contains(WebUtility.HtmlEncode(answer.Split('\n')[0]), mail.Message.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_one_mail_when_its_last_request_has_ended()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp));
        const string Run = "run_0123456789abcdef0123456789abcdef";
        string lines = string.Concat(Enumerable.Range(1, 7).Select(i => $$"""{"custom_id":"{{i}}","method":"POST","url":"/v1/chat/completions","body":{{Prompts.Body($"line {i}")}}}""" + "\n")) + "not json\n";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/leeway/runs/{Run}/requests") { Content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson") };
        request.Headers.Add("Leeway-Deadline", "6h");
        request.Headers.Add("Leeway-Mail", await RegisterAsync(gateway, "ops@example.com"));
        using HttpResponseMessage answer = await gateway.Http.SendAsync(request);
        Assert.Contains("invalid_line", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        SmtpServer.Mail mail = await smtp.NextAsync();

        Assert.Equal($"Run ended: 7 of 7 requests answered, {Run}", mail.Message.Subject);
        Assert.Matches(@"(?m)^  In time +all\r?$", mail.Message.TextBody);
        Assert.Matches(@"gpt-4o-mini +standard +7 +0 +0 +0 +\$0\.\d+ +\$0\.\d+", mail.Message.TextBody);
        Assert.Single(await DeliveriesWhenAsync(gateway, "delivered"));
        Assert.Single(smtp.Mails);
    }

    [Fact]
    public async Task A_clients_batch_is_one_mail_with_its_counts()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp));
        string id = (await gateway.AddBatchAsync(BatchClient.Lines(3), headers: ("Leeway-Mail", await RegisterAsync(gateway, "ops@example.com")))).GetProperty("id").GetString()!;
        SmtpServer.Mail mail = await smtp.NextAsync();

        Assert.Equal($"Batch completed: 3 of 3 lines answered, {id}", mail.Message.Subject);
        Assert.Contains("met", mail.Message.TextBody, StringComparison.Ordinal);
        Assert.Single(await DeliveriesWhenAsync(gateway, "delivered"));
        Assert.Single(smtp.Mails);
    }

    [Fact]
    public async Task A_refused_address_fails_at_once_is_kept_and_arrives_when_replayed_under_the_same_id()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await smtp.BecomeAsync("refuse");
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp));
        await EnqueueAsync(gateway, "refused", await RegisterAsync(gateway, "gone@example.com"));
        JsonElement failed = Assert.Single(await DeliveriesWhenAsync(gateway, "failed"));
        Assert.Equal(1, failed.GetProperty("attempts").GetInt32());
        Assert.Contains("refuses the address: 550 5.1.1 No such user here", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);

        await smtp.BecomeAsync("accept");
        string id = failed.GetProperty("id").GetString()!;
        using HttpResponseMessage replay = await gateway.Admin.PostAsync($"/admin/deliveries/{id}/replay", null);
        SmtpServer.Mail mail = await smtp.NextAsync();

        Assert.Equal(HttpStatusCode.OK, replay.StatusCode);
        Assert.Equal($"{id}@gateway.example", mail.Message.MessageId);
        Assert.Single(await DeliveriesWhenAsync(gateway, "delivered"));
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_by_the_schedule()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await smtp.BecomeAsync("busy");
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp, ", schedule: [0s, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms]"));
        await EnqueueAsync(gateway, "later", await RegisterAsync(gateway, "ops@example.com"));
        JsonElement waiting = (await DeliveriesWhenAsync(gateway, "retrying"))[0];
        Assert.Contains("451 4.3.0 Come back later", waiting.GetProperty("last_error").GetString(), StringComparison.Ordinal);

        await smtp.BecomeAsync("accept");
        await smtp.NextAsync();

        Assert.Single(await DeliveriesWhenAsync(gateway, "delivered"));
    }

    [Theory]
    [InlineData("victim@example.com")]
    [InlineData("mail_00000000000070008000000000000000")]
    [InlineData("whk_00000000000070008000000000000000")]
    [InlineData("{0}, {0}")]
    [InlineData("{0} ")]
    public async Task No_call_can_name_an_address_or_one_that_was_never_registered(string header)
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp));
        string text = header.Replace("{0}", await RegisterAsync(gateway, "ops@example.com"), StringComparison.Ordinal);
        using HttpResponseMessage answer = await gateway.PostAsync("/by/6h/v1/chat/completions", Prompts.Body("free"), ("Leeway-Mail", text), ("Prefer", "respond-async"));

        // Spaces around a header's value are not part of it.
        Assert.Equal(text.EndsWith(' ') ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(!text.EndsWith(' '), (await answer.Content.ReadAsStringAsync()).Contains("mail_not_found", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_names_nobody_and_another_teams_address_is_not_found()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp));
        string blues = await RegisterAsync(gateway, "blue@example.com", "blue");
        string red = (await gateway.MakeKeyAsync("red")).Secret;
        string body = JsonSerializer.Serialize(new
        {
            model = "gpt-4o-mini",
            messages = new[] { new { role = "user", content = "hello" } },
            metadata = new { leeway_mail = blues, mail = "victim@example.com" },
        });
        string id = await gateway.QueueAsync(red, body);
        JsonElement refused = await gateway.AskAsync(red, HttpMethod.Post, "/v1/chat/completions", body, ("Leeway-Mail", blues), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"));
        await Prompts.EventuallyAsync(async () => await gateway.StatusAsync(red, path: $"/leeway/requests/{id}") == 200
            && (await gateway.AskAsync(red, HttpMethod.Get, $"/leeway/requests/{id}", "")).GetProperty("state").GetString() == "succeeded", "it ended");

        Assert.Equal("mail_not_found", refused.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(0, JsonDocument.Parse(await gateway.Admin.GetStringAsync("/admin/deliveries")).RootElement.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_keys_default_is_told_unless_the_call_wants_nobody()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp));
        string mail = await RegisterAsync(gateway, "blue@example.com", "blue");
        using HttpResponseMessage made = await gateway.Admin.PostAsync("/admin/keys", Json(new { owner = "tests", team = "blue", mail }));
        JsonElement key = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(mail, key.GetProperty("mail").GetString());
        string secret = key.GetProperty("key").GetString()!;
        string silent = await gateway.QueueAsync(secret, Prompts.Body("silent"), ("Leeway-Mail", "none"));
        string told = await gateway.QueueAsync(secret, Prompts.Body("told"));
        SmtpServer.Mail arrived = await smtp.NextAsync();

        Assert.EndsWith(told, arrived.Message.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain(silent, arrived.Raw, StringComparison.Ordinal);
        using HttpResponseMessage foreign = await gateway.Admin.PostAsync("/admin/keys", Json(new { owner = "tests", team = "red", mail }));
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
    }

    [Theory]
    [InlineData("ops@example.com\r\nBcc: victim@example.com")]
    [InlineData("ops@example.com\nvictim@example.com")]
    [InlineData("ops@example.com, victim@example.com")]
    [InlineData("ops@example.com;victim@example.com")]
    [InlineData("Ops <ops@example.com>")]
    [InlineData("\"ops\"@example.com")]
    [InlineData("ops(comment)@example.com")]
    [InlineData("ops@[127.0.0.1]")]
    [InlineData("ops@127.0.0.1")]
    [InlineData("ops@localhost")]
    [InlineData("ops@exämple.com")]
    [InlineData("öps@example.com")]
    [InlineData("ops@example.com ")]
    [InlineData("ops%victim.example@example.com@example.com")]
    [InlineData("@example.com")]
    [InlineData("ops@")]
    [InlineData("ops")]
    [InlineData("")]
    [InlineData(".ops@example.com")]
    [InlineData("o..ps@example.com")]
    [InlineData("ops@-example.com")]
    [InlineData("ops@example..com")]
    [InlineData("ops@example.com\0")]
    [InlineData("ops@example.com\u202e")]
    public async Task Only_one_plain_address_is_registered(string address)
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp));
        using HttpResponseMessage answer = await gateway.Admin.PostAsync("/admin/mail", Json(new { address }));
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, text);
        Assert.Equal("mail_address_invalid", JsonDocument.Parse(text).RootElement.GetProperty("code").GetString());
        Assert.Equal(0, JsonDocument.Parse(await gateway.Admin.GetStringAsync("/admin/mail")).RootElement.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task An_address_is_registered_once_a_team_and_switched_off_and_on()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp));
        string id = await RegisterAsync(gateway, "ops@example.com");
        using HttpResponseMessage again = await gateway.Admin.PostAsync("/admin/mail", Json(new { address = "ops@example.com" }));
        await RegisterAsync(gateway, "ops@example.com", "blue");
        using HttpResponseMessage off = await gateway.Admin.PostAsync($"/admin/mail/{id}/disable", null);
        await EnqueueAsync(gateway, "to nobody", id);
        JsonElement failed = Assert.Single(await DeliveriesWhenAsync(gateway, "failed"));
        using HttpResponseMessage on = await gateway.Admin.PostAsync($"/admin/mail/{id}/enable", null);
        using HttpResponseMessage replay = await gateway.Admin.PostAsync($"/admin/deliveries/{failed.GetProperty("id").GetString()}/replay", null);

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Contains("\"enabled\":false", await off.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Switched off by hand", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"enabled\":true", await on.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("ops@example.com", Assert.Single((await smtp.NextAsync()).To));
    }

    [Fact]
    public async Task Without_a_server_nothing_is_registered_and_nothing_can_be_asked_for()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpResponseMessage registered = await gateway.Admin.PostAsync("/admin/mail", Json(new { address = "ops@example.com" }));
        using HttpResponseMessage asked = await gateway.PostAsync(
            "/by/6h/v1/chat/completions", Prompts.Body("x"), ("Leeway-Mail", "mail_00000000000070008000000000000000"), ("Prefer", "respond-async"));

        foreach (HttpResponseMessage answer in (HttpResponseMessage[])[registered, asked])
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("mail_not_configured", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_immediate_call_has_nothing_to_be_told_of_later()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp));
        string id = await RegisterAsync(gateway, "ops@example.com");
        using HttpResponseMessage refused = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("now"), ("Leeway-Mail", id));
        using HttpResponseMessage answered = await gateway.PostAsync("/v1/chat/completions", Prompts.Body("now"), ("Leeway-Mail", "none"));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (refused.StatusCode, answered.StatusCode));
        Assert.Contains("conflicting_signals", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_morning_digest_comes_at_its_time_and_tells_of_what_ended()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();

        // A minute a second, from ten minutes before.
        var clock = new ScaledClock(60, new DateTimeOffset(2026, 11, 30, 6, 20, 0, TimeSpan.Zero));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(smtp, ", digest: { at: \"07:30\", tz: Europe/Berlin }"), clock: clock);
        using HttpResponseMessage answer = await gateway.Admin.PostAsync("/admin/mail", Json(new { address = "ops@example.com", digest = true }));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        using HttpResponseMessage queued = await gateway.PostAsync("/by/6h/v1/chat/completions", Prompts.Body("in the digest"), ("Prefer", "respond-async"));
        Assert.Equal(HttpStatusCode.Accepted, queued.StatusCode);
        SmtpServer.Mail mail = await smtp.NextAsync();

        Assert.Matches(@"^Leeway, 30 Nov: 1 request ended, 0 failed, \$0\.\d+ saved$", mail.Message.Subject);
        Assert.Contains("to Mon 30 Nov 2026, 07:30 (Europe/Berlin)", mail.Message.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Matches("gpt-4o-mini +standard +1", mail.Message.TextBody);
        Assert.Equal("Leeway digest <digest.leeway.gateway.example>", mail.Message.Headers[MimeKit.HeaderId.ListId]);
    }

    private static string Yaml(SmtpServer smtp, string more = "") => TestGateway.Eager + $$"""

        delivery:
          mail: { host: "127.0.0.1", port: {{smtp.Port}}, tls: none, from: "Leeway <leeway@gateway.example>"{{more}} }
        """;

    private static StringContent Json(object value) => new(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json");

    private static async Task<string> RegisterAsync(TestGateway gateway, string address, string team = "default")
    {
        using HttpResponseMessage answer = await gateway.Admin.PostAsync("/admin/mail", Json(new { address, team }));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    private static async Task<string> EnqueueAsync(TestGateway gateway, string prompt, string mail)
    {
        using HttpResponseMessage answer = await gateway.PostAsync("/by/6h/v1/chat/completions", Prompts.Body(prompt), ("Leeway-Mail", mail), ("Prefer", "respond-async"));
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("Leeway-Request-Id").Single();
    }

    private static async Task<IReadOnlyList<JsonElement>> DeliveriesWhenAsync(TestGateway gateway, string state)
    {
        IReadOnlyList<JsonElement> found = [];
        await Prompts.EventuallyAsync(
            async () => (found = [.. JsonDocument.Parse(await gateway.Admin.GetStringAsync($"/admin/deliveries?state={state}")).RootElement.GetProperty("data").EnumerateArray()]).Count > 0,
            $"a delivery is {state}");
        return found;
    }
}
