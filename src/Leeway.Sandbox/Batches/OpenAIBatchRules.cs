using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.Batches;

/// <summary>OpenAI's own rules.</summary>
internal sealed class OpenAIBatchRules(FileStore files, AnswerContext answering) : BatchRules(files, answering);
