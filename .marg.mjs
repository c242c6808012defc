import fs from 'node:fs'; import {gzipSync} from 'node:zlib';
const dir='build/size/'; const js=fs.readFileSync(dir+'cnn-saliency.js','utf8'); const map=JSON.parse(fs.readFileSync(dir+'cnn-saliency.js.map','utf8'));
const B='ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';const D=Object.fromEntries([...B].map((c,i)=>[c,i]));
const lines=js.split('\n'); const segs=[]; let src=0;
map.mappings.split(';').forEach((l,li)=>{let col=0; if(!l)return; for(const s of l.split(',')){const v=[];let sh=0,val=0;for(const c of s){const d=D[c];val|=(d&31)<<sh;sh+=5;if(!(d&32)){v.push(val&1?-(val>>1):val>>1);sh=0;val=0}} col+=v[0]; if(v.length>1)src+=v[1]; segs.push([li,col,v.length>1?src:-1]);}});
const starts=[0];for(const l of lines)starts.push(starts.at(-1)+l.length+1);
const owner=new Int32Array(js.length).fill(-1);
for(let i=0;i<segs.length;i++){const a=starts[segs[i][0]]+segs[i][1];const b=i+1<segs.length?starts[segs[i+1][0]]+segs[i+1][1]:js.length;owner.fill(segs[i][2],a,b);}
const g=s=>gzipSync(s,{level:9}).length; const base=g(js);
const arr=[...js]; const res=[];
map.sources.forEach((name,k)=>{let t='';let n=0;for(let i=0;i<js.length;i++){if(owner[i]!==k)t+=js[i];else n++;} res.push([base-g(t),n,name.replace('../../','')]);});
res.sort((a,b)=>b[0]-a[0]); let tot=0; for(const r of res){tot+=r[0];console.log(r.join(' '));} console.log(base,tot);
