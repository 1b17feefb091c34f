namespace Leeway.Sandbox.S3;

/// <summary>The delete of many objects in one call.</summary>
internal static class S3Deletes
{
    private const int MaxKeys = 1000;

    public static async Task AnswerAsync(S3Call call)
    {
        var (xml, error) = await call.ReadXmlAsync();
        var keys = xml?.Elements().Where(one => one.Name.LocalName == "Object")
            .Select(one => one.Elements().FirstOrDefault(child => child.Name.LocalName == "Key")?.Value).OfType<string>().ToList();
        if (keys is null || keys.Count is 0 or > MaxKeys)
        {
            await call.FailAsync(error ?? S3Errors.MalformedXml);
            return;
        }

        keys.ForEach(key => call.Store.Delete(call.Bucket, key));
        var quiet = xml!.Elements().Any(one => one.Name.LocalName == "Quiet" && one.Value == "true");
        await call.Context.WriteXmlAsync("DeleteResult", writer =>
        {
            foreach (var key in quiet ? [] : keys)
            {
                writer.WriteStartElement("Deleted");
                writer.WriteElementString("Key", key);
                writer.WriteEndElement();
            }
        });
    }
}
