using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Batches;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.MessageBatches;

/// <summary><c>/v1/messages/batches</c>: create, show, list, cancel, delete, results.</summary>
internal sealed class MessageBatchRoutes(
    BatchDesk desk, BatchTerms terms, MessageBatchIntake intake, ResultFiles results, IClientBatchStore batches, IFileStore files, IFileContents contents,
    IDeliveryStore deliveries, NamedMail mails, IdSource ids, TimeProvider clock)
{
    private const string Root = "/v1/messages/batches";

    // Anthropic's batches have no window of the client's choice.
    private const string Window = "24h";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root, CreateAsync);
        routes.MapGet(Root, ListAsync);
        routes.MapGet(Root + "/{id}", (HttpContext context, string id) => WithBatchAsync(context, id, batch => ShowAsync(context, batch)));
        routes.MapDelete(Root + "/{id}", (HttpContext context, string id) => WithBatchAsync(context, id, batch => DeleteAsync(context, batch)));
        routes.MapPost(Root + "/{id}/cancel", (HttpContext context, string id) => WithBatchAsync(context, id, batch => CancelAsync(context, batch)));
        routes.MapGet(Root + "/{id}/results", (HttpContext context, string id) => WithBatchAsync(context, id, batch => ResultsAsync(context, batch)));
    }

    private async Task CreateAsync(HttpContext context)
    {
        Principal caller = Principal.Of(context);
        (ClientBatchTerms? said, DateTimeOffset createdAt, Problem? problem) = terms.Read(context, Endpoints.Messages, Window, caller);
        (WebhookId? webhook, Problem? badWebhook) = await WaitingHeaders.FindWebhookAsync(context.Request.Headers, caller.Team, deliveries, context.RequestAborted);
        (MailId? mail, Problem? badMail) = await mails.FindAsync(context.Request.Headers, caller, context.RequestAborted);
        problem ??= badWebhook ?? badMail;
        (StoredFile? file, int requests) = (null, 0);
        if (problem is null)
        {
            (file, requests, problem) = await intake.TakeAsync(context, caller.Team);
        }

        if (problem is not null)
        {
            await ProblemWriter.WriteAsync(context, problem);
            return;
        }

        // The time counts from when all of it was here.
        if (terms.Read(context, Endpoints.Messages, Window, caller) is { Terms: not null } again)
        {
            (said, createdAt, _) = again;
        }

        var batch = new ClientBatch
        {
            Id = new ClientBatchId(ids.Next()),
            Dialect = Dialect.Anthropic,
            State = ClientBatchState.Validating,
            Team = caller.Team,
            Caller = caller.Label,
            Endpoint = Endpoints.Messages,
            InputFile = file!.Id,
            Terms = said!,
            AcceptsPartly = true,
            Webhook = webhook,
            Mail = mail,
            CreatedAt = createdAt,
            Lines = requests,
            OutputFile = new FileId(ids.Next()),
            ErrorFile = new FileId(ids.Next()),
        };
        if (!await desk.CreateAsync(batch, CancellationToken.None))
        {
            throw new InvalidOperationException($"{file.Id} is gone.");
        }

        // The client made no file, so it sees none; the batch holds it until it ends.
        await files.DeleteAsync(file.Id, caller.Team, clock.GetUtcNow(), CancellationToken.None);
        await ShowAsync(context, batch);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "after_id", "before_id", "limit");
        int limit = query.Limit();
        ClientBatchId? after = query.Id<ClientBatchId>("after_id", TryParse, "msgbatch_…");
        ClientBatchId? before = query.Id<ClientBatchId>("before_id", TryParse, "msgbatch_…");
        IReadOnlyList<ClientBatch> page = await batches.ListAsync(Dialect.Anthropic, Principal.Of(context).Team, after, before, limit + 1, context.RequestAborted);

        // Backwards, the one too many is the newest.
        ClientBatch[] shown = [.. before is null ? page.Take(limit) : page.TakeLast(limit)];
        await context.Response.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (ClientBatch batch in shown)
            {
                MessageBatchObject.Write(json, batch, OriginOf(context), clock.GetUtcNow());
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more", page.Count > limit);
            json.WriteString("first_id", shown is [var first, ..] ? first.PrintedId : null);
            json.WriteString("last_id", shown is [.., var last] ? last.PrintedId : null);
            json.WriteEndObject();
        });
    }

    private Task ShowAsync(HttpContext context, ClientBatch batch) =>
        context.Response.WriteJsonAsync(json => MessageBatchObject.Write(json, batch, OriginOf(context), clock.GetUtcNow()));

    private async Task CancelAsync(HttpContext context, ClientBatch batch)
    {
        ClientBatch now = await desk.CancelAsync(batch, context.RequestAborted);
        if (now.State.IsEnded())
        {
            await ProblemWriter.WriteAsync(context, BatchProblems.Ended(now.PrintedId, "ended"));
            return;
        }

        await ShowAsync(context, now);
    }

    private async Task DeleteAsync(HttpContext context, ClientBatch batch)
    {
        if (!await batches.DeleteAsync(batch.Id, context.RequestAborted))
        {
            await ProblemWriter.WriteAsync(context, BatchProblems.NotEnded(batch.PrintedId));
            return;
        }

        await files.DeleteAsync(batch.OutputFile, batch.Team, clock.GetUtcNow(), CancellationToken.None);
        await context.Response.WriteJsonAsync(json => MessageBatchObject.WriteDeleted(json, batch));
    }

    private async Task ResultsAsync(HttpContext context, ClientBatch batch)
    {
        HttpResponse response = context.Response;
        if (!batch.State.IsEnded())
        {
            response.Headers[ResultHeaders.Incomplete] = "true";
            response.ContentType = ResultHeaders.JsonLines;
            await results.StreamAsync(batch, errors: false, response.Body, context.RequestAborted);
            return;
        }

        Stream? content = await files.FindAsync(batch.OutputFile, batch.Team, clock.GetUtcNow(), context.RequestAborted) is null ? null : contents.Open(batch.OutputFile.Value);
        if (content is null)
        {
            await ProblemWriter.WriteAsync(context, BatchProblems.Archived(batch.PrintedId));
            return;
        }

        await using (content)
        {
            response.ContentType = ResultHeaders.JsonLines;
            response.ContentLength = content.Length;
            await content.CopyToAsync(response.Body, context.RequestAborted);
        }
    }

    private async Task WithBatchAsync(HttpContext context, string text, Func<ClientBatch, Task> use)
    {
        ClientBatch? batch = TryParse(text, out ClientBatchId id)
            ? await batches.FindAsync(id, Dialect.Anthropic, Principal.Of(context).Team, context.RequestAborted)
            : null;
        await (batch is null ? ProblemWriter.WriteAsync(context, NotFound.Of("message batch", text)) : use(batch));
    }

    private static bool TryParse(ReadOnlySpan<char> text, out ClientBatchId id) => ClientBatchId.TryParse(Dialect.Anthropic, text, out id);

    private static string OriginOf(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";
}
