-- Sends each series of MR pictures to `btc listen` once no more objects of it arrive. Results have other modalities, so
-- they are not sent. Orthanc sends in a job: a script that waited for the answer would hold up every request.
function OnStableSeries(series, tags, metadata)
  if tags.Modality == 'MR' then
    RestApiPost('/modalities/btc/store', DumpJson({Resources = {series}, Asynchronous = true}))
  end
end
