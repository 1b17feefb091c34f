using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Batches;

/// <summary>Rules of batches in OpenAI's shapes, by themselves OpenAI's own; an API that copies its files and batches overrides what it does otherwise.</summary>
/// <param name="Files">Where the input is looked up and the output put.</param>
/// <param name="Answering">How rows are answered.</param>
internal abstract class BatchRules(FileStore files, AnswerContext answering)
{
    public FileStore Files { get; } = files;

    public AnswerContext Answering { get; } = answering;

    public virtual IReadOnlyList<string> Endpoints { get; } = ["/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings"];

    public virtual int MaxLines => 50_000;

    /// <summary>After which a batch ends with the rows that are done by then; <see cref="BatchPlan.Never"/> lets it go on.</summary>
    public virtual TimeSpan Window => TurnaroundLaw.Window;

    /// <summary>Purpose of the file.</summary>
    public virtual string InputPurpose => "batch";

    /// <summary>Whether a line says where it goes, in <c>method</c> and <c>url</c>.</summary>
    public virtual bool LinesHaveUrl => true;

    /// <summary>Whether all lines name one model.</summary>
    public virtual bool HasOneModel => true;

    public virtual BatchRowStyle Rows => BatchRowStyle.OpenAI;

    public virtual string NewId(IdSource ids) => ids.Next("batch_");

    /// <summary>Whether there is an error file also when no row is in it.</summary>
    public virtual bool AlwaysHasErrorFile => false;

    /// <summary>The shortest life that may be asked for the output.</summary>
    public virtual int MinExpirySeconds => 3600;

    /// <summary>HTTP status of a create.</summary>
    public virtual int CreatedStatus => 200;

    /// <summary>Why a batch of this file is not even made, or null. OpenAI looks later.</summary>
    public virtual ApiError? RefuseFile(StoredFile? file) => null;

    public virtual bool AcceptsUrl(string url, string endpoint) => url == endpoint;

    /// <summary>What this API calls one of OpenAI's codes of validation.</summary>
    public virtual string CodeOf(string code) => code;

    /// <summary>Why a model's rows are not run, or null.</summary>
    public virtual BatchLineError? RefuseModel(string name, int line) => null;

    /// <summary>The endpoint of <see cref="Answer.To"/> that answers the rows of a batch.</summary>
    public virtual string AnsweredAt(string endpoint) => endpoint;

    /// <summary>The body of a row that was answered with an error.</summary>
    public virtual void WriteError(Utf8JsonWriter json, ApiError error) => OpenAIVendor.Write(json, error);

    /// <summary>The batch as this API shows it.</summary>
    /// <param name="created">True in the answer to its create.</param>
    public virtual void Write(Utf8JsonWriter json, SandboxBatch batch, DateTimeOffset now, bool created) => BatchObject.Write(json, batch, now, new BatchStyle());

    public virtual void WritePage(Utf8JsonWriter json, Page<SandboxBatch> page, DateTimeOffset now) =>
        page.WriteTo(json, batch => batch.Id, (writer, batch) => Write(writer, batch, now, created: false));

    public virtual void AddCreateHeaders(IHeaderDictionary headers)
    {
    }

    public BatchPlan Draw(SandboxWorld world, TurnaroundLaw law, string batchId, DateTimeOffset createdAt) =>
        BatchPlan.Draw(world.Options, law, world.Faults, batchId, createdAt, Window);
}
